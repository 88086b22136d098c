import type { Random } from "../../base/index.ts";

/** Where a connection stands. `waiting` is the time until the next attempt. */
export type ConnectionState = "connecting" | "greeting" | "authenticating" | "subscribing" | "live" | "waiting" | "failed";

/** What is to be done next: open a socket, send the credentials, the subscriptions or a ping, cut the socket, or fail for good. */
export type ConnectionCommand = "open" | "authenticate" | "subscribe" | "ping" | "cut" | "fail";

/** Patience of a connection; durations in ms. */
export interface ConnectionLimits {
  /** For a socket to open, and for each reply of the handshake. */
  readonly connectMs: number;
  readonly replyMs: number;
  /** A socket silent for so long is pinged, and cut when it stays silent for the second time in all. */
  readonly pingAfterMs: number;
  readonly deadAfterMs: number;
  /** First wait before another attempt; it doubles with each up to the longest, and half of it is left to chance. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Attempts in a row without a connection that lasted as long as the longest wait. */
  readonly maxAttempts: number;
}

/** Which steps a venue's handshake has besides the subscription. */
export interface Handshake {
  readonly greets: boolean;
  readonly authenticates: boolean;
}

/**
 * The life of a connection without sockets and timers: each method takes what happened and the clock's `elapsed` (ms), and returns
 * what is to be done. `wakeAt` is when `tick` must be called at the latest.
 */
export class Connection {
  state: ConnectionState = "waiting";
  /** Attempts in a row that did not last. */
  attempts = 0;
  /** Why the last connection ended. */
  reason = "";
  private readonly handshake: Handshake;
  private readonly limits: ConnectionLimits;
  private readonly random: Random;
  /** When the state must have been left, or, in `waiting`, when it ends. */
  private deadline = -Infinity;
  private lastHeard = 0;
  private pingedAt = NaN;
  private liveSince = NaN;

  constructor(handshake: Handshake, limits: ConnectionLimits, random: Random) {
    this.handshake = handshake;
    this.limits = limits;
    this.random = random;
  }

  get wakeAt(): number {
    if (this.state === "failed") return Infinity;
    if (this.state !== "live") return this.deadline;
    const { pingAfterMs, deadAfterMs } = this.limits;
    if (Number.isNaN(this.pingedAt)) return this.lastHeard + pingAfterMs;
    // Whoever came late to pinging gives the answer its time all the same.
    return Math.max(this.lastHeard + deadAfterMs, this.pingedAt + deadAfterMs - pingAfterMs);
  }

  /** Time has passed. */
  tick(now: number): ConnectionCommand | undefined {
    if (now < this.wakeAt) return undefined;
    switch (this.state) {
      case "failed":
        return undefined;
      case "waiting":
        this.attempts++;
        this.enter("connecting", now + this.limits.connectMs);
        return "open";
      case "live":
        if (Number.isNaN(this.pingedAt)) {
          this.pingedAt = now;
          return "ping";
        }
        this.reason = `nothing was heard for ${Math.round(now - this.lastHeard)} ms`;
        return "cut";
      case "connecting":
      case "greeting":
      case "authenticating":
      case "subscribing":
        this.reason = `no progress while ${this.state}`;
        return "cut";
    }
  }

  /** The socket is open. */
  opened(now: number): ConnectionCommand | undefined {
    this.heard(now);
    if (!this.handshake.greets) return this.welcomed(now);
    this.enter("greeting", now + this.limits.replyMs);
    return undefined;
  }

  /** The venue has greeted. */
  welcomed(now: number): ConnectionCommand | undefined {
    if (this.state !== "connecting" && this.state !== "greeting") return undefined;
    if (!this.handshake.authenticates) return this.authenticated(now);
    this.enter("authenticating", now + this.limits.replyMs);
    return "authenticate";
  }

  /** The venue knows who we are, or does not want to. */
  authenticated(now: number): ConnectionCommand | undefined {
    if (this.state === "subscribing" || this.state === "live") return undefined;
    this.enter("subscribing", now + this.limits.replyMs);
    return "subscribe";
  }

  /** All subscriptions are acknowledged. */
  subscribed(now: number): void {
    this.enter("live", NaN);
    this.liveSince = now;
    this.heard(now);
  }

  /** A frame, a ping or a pong came. */
  heard(now: number): void {
    this.lastHeard = Math.max(this.lastHeard, now);
    this.pingedAt = NaN;
  }

  /** The socket was closed or cut; `reason` is kept unless one is known already. */
  lost(now: number, reason: string): ConnectionCommand | undefined {
    const { backoffMs, maxBackoffMs, maxAttempts } = this.limits;
    if (this.state === "live" && now - this.liveSince >= maxBackoffMs) this.attempts = 0;
    this.reason ||= reason;
    if (this.attempts >= maxAttempts) {
      this.state = "failed";
      return "fail";
    }
    const delay = Math.min(maxBackoffMs, backoffMs * 2 ** Math.max(0, this.attempts - 1));
    this.enter("waiting", now + delay * (0.5 + 0.5 * this.random.uniform()));
    return undefined;
  }

  private enter(state: ConnectionState, deadline: number): void {
    if (state === "connecting") this.reason = "";
    this.state = state;
    this.deadline = deadline;
    this.pingedAt = NaN;
  }
}

import type { ServiceEvent } from "../app/index.ts";
import { type StreamEvent, toStreamEvent } from "./contract.ts";

/** What the hub needs of a WebSocket of the `ws` package. */
export interface EventSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  terminate(): void;
  on(event: "pong" | "close" | "error", listener: () => void): unknown;
}

/** Where the hub stands: open connections, and connections cut because they did not keep up or did not answer. */
export interface HubCounts {
  readonly connected: number;
  readonly dropped: number;
}

/** How long a silent line may last, and how many bytes may wait for one listener. */
export interface HubLimits {
  readonly heartbeatMs: number;
  readonly maxBufferedBytes: number;
}

/** Passes the service's events on to every connected listener. One that is too slow or dead is cut off, so that it costs no memory. */
export class EventHub {
  private readonly answered = new Map<EventSocket, boolean>();
  private readonly limits: HubLimits;
  private readonly timer: NodeJS.Timeout;
  private readonly unsubscribe: () => void;
  private dropped = 0;

  constructor(subscribe: (listener: (event: ServiceEvent) => void) => () => void, limits: HubLimits) {
    this.limits = limits;
    this.unsubscribe = subscribe((event) => this.broadcast(toStreamEvent(event)));
    this.timer = setInterval(() => this.beat(), limits.heartbeatMs);
    this.timer.unref();
  }

  /** Adds a listener until it closes; it hears the heartbeat at once, so it knows the interval to expect. */
  add(socket: EventSocket): void {
    this.answered.set(socket, true);
    socket.on("pong", () => this.answered.has(socket) && this.answered.set(socket, true));
    socket.on("close", () => this.answered.delete(socket));
    socket.on("error", () => this.drop(socket));
    socket.send(this.heartbeat());
  }

  /** Sends one event to everybody. */
  broadcast(event: StreamEvent): void {
    const text = JSON.stringify(event);
    for (const socket of [...this.answered.keys()]) {
      if (socket.bufferedAmount > this.limits.maxBufferedBytes) this.drop(socket);
      else socket.send(text);
    }
  }

  /** Cuts off those who did not answer the last ping, then pings the others. */
  beat(): void {
    for (const [socket, answered] of [...this.answered]) {
      if (!answered) {
        this.drop(socket);
        continue;
      }
      this.answered.set(socket, false);
      socket.ping();
    }
    this.broadcast({ type: "heartbeat", intervalMs: this.limits.heartbeatMs });
  }

  counts(): HubCounts {
    return { connected: this.answered.size, dropped: this.dropped };
  }

  close(): void {
    clearInterval(this.timer);
    this.unsubscribe();
    this.answered.clear();
  }

  private heartbeat(): string {
    return JSON.stringify({ type: "heartbeat", intervalMs: this.limits.heartbeatMs } satisfies StreamEvent);
  }

  private drop(socket: EventSocket): void {
    if (!this.answered.delete(socket)) return;
    this.dropped++;
    socket.terminate();
  }
}

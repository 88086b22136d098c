import { assert, type Clock } from "../../base/index.ts";
import { type LoadContext, waitIn } from "../source.ts";

const minuteMs = 60_000;
const latencyMs = 500; // A request may be quicker on its way than the one before: the vendor counts arrivals.

/**
 * A bucket of tokens, one a request; each comes back a minute after it was taken, so that no minute sees more requests than there
 * are tokens.
 */
export class TokenBucket {
  private readonly perMinute: number;
  private readonly clock: Clock;
  /** When the tokens that are out were taken, oldest first. */
  private readonly taken: number[] = [];
  private heldUntil = -Infinity;

  constructor(perMinute: number, clock: Clock) {
    assert(perMinute >= 1, `${perMinute} requests a minute`);
    this.perMinute = Math.floor(perMinute);
    this.clock = clock;
  }

  /** Waits for a token and takes it. */
  async take(context: LoadContext): Promise<void> {
    for (;;) {
      context.signal.throwIfAborted();
      const waitMs = this.waitMs();
      if (waitMs <= 0) break;
      await waitIn(context, waitMs);
    }
    this.taken.push(this.clock.elapsed());
  }

  /** Gives out no token until a duration is over: the vendor said that it counts otherwise. */
  holdFor(durationMs: number): void {
    this.heldUntil = Math.max(this.heldUntil, this.clock.elapsed() + durationMs);
  }

  private waitMs(): number {
    const now = this.clock.elapsed();
    while (this.taken.length > 0 && this.taken[0]! <= now - minuteMs - latencyMs) this.taken.shift();
    const untilToken = this.taken.length < this.perMinute ? 0 : this.taken[0]! + minuteMs + latencyMs - now;
    return Math.max(untilToken, this.heldUntil - now);
  }
}

/** Buckets of whoever shares a clock, by whom they are for: two downloads from one vendor draw on one bucket. */
const buckets = new WeakMap<Clock, Map<string, TokenBucket>>();

/** The bucket for a vendor's address and a number of requests a minute. */
export function bucketFor(clock: Clock, address: string, perMinute: number): TokenBucket {
  const known = buckets.get(clock) ?? new Map<string, TokenBucket>();
  buckets.set(clock, known);
  const key = `${address} ${perMinute}`;
  const bucket = known.get(key) ?? new TokenBucket(perMinute, clock);
  known.set(key, bucket);
  return bucket;
}

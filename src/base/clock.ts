/** Where time comes from. Everything that needs the time is given a clock, so a replay and a test can own it. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Milliseconds from an arbitrary start, never going back: for durations. */
  elapsed(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now(), elapsed: () => performance.now() };

/** A clock that stands still until it is moved; its two readings are the same number. */
export function manualClock(start = 0): Clock & { set(timeMs: number): void } {
  let timeMs = start;
  return {
    now: () => timeMs,
    elapsed: () => timeMs,
    set: (next) => {
      timeMs = next;
    },
  };
}

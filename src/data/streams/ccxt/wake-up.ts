import { setTimeout as sleep } from "node:timers/promises";

/** Lets one wait for a call of another. */
export interface WakeUp {
  call(): void;
  /** Ends after a time, ms, at the latest; fails with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** A call that ends somebody's waiting; one that nobody waits for ends the next waiting at once. */
export function wakeUp(): WakeUp {
  let wake: (() => void) | undefined;
  let isCalled = false;
  return {
    call() {
      isCalled = true;
      wake?.();
    },
    async wait(ms, signal) {
      signal.throwIfAborted();
      if (!isCalled) {
        const timer = new AbortController();
        const called = new Promise<void>((resolve) => (wake = resolve));
        const over = sleep(ms, undefined, { signal: AbortSignal.any([signal, timer.signal]) });
        over.catch(() => undefined); // Ended by the call, or by the signal, which is looked at below.
        await Promise.race([called, over]);
        timer.abort();
      }
      isCalled = false;
      signal.throwIfAborted();
    },
  };
}

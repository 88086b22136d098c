import { availableParallelism } from "node:os";
import { type Clock, systemClock } from "../../base/index.ts";
import { openSession, type Session, type SessionOptions } from "./session.ts";

/** Threads that are tried against one: more than these gain nothing at the sizes of these networks. */
const most = 4;
/** Runs of each session in a trial; the first of them warms up and does not count. */
const tries = 4;
/** Runs after which it is tried again, since other work comes and goes. */
const interval = 250;
/** By how much several threads must be faster to be taken: they keep other cores from other work. */
const margin = 0.85;

/**
 * Loads a model twice, for one thread and for several, and runs it with whichever a trial now and then finds faster. What it computes
 * does not depend on that: ONNX Runtime gives threads whole numbers of a result, and adds up each in the same order.
 */
export function openFastestSession(model: Uint8Array, options: Omit<SessionOptions, "threads">, clock: Clock = systemClock): Session {
  const threads = Math.min(availableParallelism(), most);
  const one = openSession(model, { ...options, threads: 1 });
  return threads === 1 ? one : fasterOf(one, openSession(model, { ...options, threads }), clock);
}

/** Runs the first of two sessions that do the same, or the second where that is clearly faster. */
export function fasterOf(first: Session, second: Session, clock: Clock): Session {
  let [chosen, runs] = [first, 0];
  let best: [number, number] = [Infinity, Infinity];

  /** Runs a session that is on trial, and chooses after the last. */
  function tryOut(...run: Parameters<Session["run"]>): void {
    const index = runs < tries ? 0 : 1;
    const begun = clock.elapsed();
    (index === 0 ? first : second).run(...run);
    if (runs % tries > 0) best[index] = Math.min(best[index]!, clock.elapsed() - begun);
    if (++runs < 2 * tries) return;
    chosen = best[1] < margin * best[0] ? second : first;
    best = [Infinity, Infinity];
  }

  return {
    run(...run) {
      if (runs < 2 * tries) return tryOut(...run);
      chosen.run(...run);
      if (++runs === interval) runs = 0;
    },
    close() {
      first.close();
      second.close();
    },
  };
}

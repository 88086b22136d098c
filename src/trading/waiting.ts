import { assert } from "../base/index.ts";
import type { Soon } from "../domain/index.ts";

/**
 * Work that may have to wait for a venue: it hands out each promise that it waits for and is given what became of it. Written once,
 * it is run with `waitFor` where venues are far away, and with `atOnce` where everything is at hand, without a single promise.
 */
export type Waiting<Result> = Generator<Promise<unknown>, Result, unknown>;

/** What is at hand, or what it comes to. */
export function* settled<Value>(soon: Soon<Value>): Waiting<Value> {
  return soon instanceof Promise ? ((yield soon) as Value) : soon;
}

/** Runs work to its end and waits where it does; what a promise rejects with is thrown inside the work. */
export async function waitFor<Result>(work: Waiting<Result>): Promise<Result> {
  let step = work.next();
  while (step.done !== true) {
    const outcome = await settle(step.value);
    step = "value" in outcome ? work.next(outcome.value) : work.throw(outcome.error);
  }
  return step.value;
}

const settle = (promise: Promise<unknown>): Promise<{ readonly value: unknown } | { readonly error: unknown }> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

/** Runs work whose every answer is at hand; work that has to wait is a bug. */
export function atOnce<Result>(work: Waiting<Result>): Result {
  const step = work.next();
  assert(step.done === true, "work that was to be done at once has to wait for a venue or a feed");
  return step.value;
}

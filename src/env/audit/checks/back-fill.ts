import type { Check } from "../check.ts";
import type { Trial } from "../trial.ts";
import { dependenceOnFuture, lacksFuture } from "./look-ahead.ts";

/** Looks at an instrument while it has no data yet, or none for a while: nothing shown then may come from what follows. */
export const backFill: Check = {
  name: "back-fill",
  promise: "what is shown of an instrument before its listing or in a gap does not come from later",
  lacks: (subject) => lacksFuture(subject) ?? (subject.gaps ? undefined : "the subject has no gaps"),
  unmet: "no environment came upon a gap",
  run(trial) {
    const lastKnownMs = lastMomentOfGap(trial);
    return lastKnownMs === undefined ? undefined : dependenceOnFuture(trial, lastKnownMs, true);
  },
};

/** Just before the data comes back from a gap that some environment is about to meet. */
function lastMomentOfGap(trial: Trial): number | undefined {
  const probe = trial.make({ gapped: true });
  let actions: Float32Array | undefined;
  for (let step = trial.random.below(trial.steps); step > 0; step--) actions = trial.stepAtRandom(probe, actions);
  const now = trial.timeMs(probe, trial.random.below(trial.count));
  const ahead = trial.subject.gaps!.filter(({ toMs }) => toMs > now).toSorted((left, right) => left.toMs - right.toMs);
  const gap = ahead[0] ?? trial.subject.gaps!.at(-1);
  return gap && gap.toMs - 1;
}

import type { VectorEnvironment } from "../../vector-environment.ts";
import type { Check } from "../check.ts";
import { hasEnded, type Trial } from "../trial.ts";

/** Adds up rewards, step by step and to the end: a last one that is counted twice, or left out, shows. */
export const rewards: Check = {
  name: "rewards add up",
  promise: "the rewards of an episode, its last step included, add up to what the reward promises",
  lacks({ books, rewardTotal, episodeReward }) {
    if (episodeReward || (books && rewardTotal)) return undefined;
    return books ? "the reward promises no total" : "the subject has no books";
  },
  unmet: "no episode ended",
  run(trial) {
    const environment = trial.make();
    const begun = Array.from({ length: trial.count }, (_, index) => trial.ledger(environment, index)?.equity ?? 0);
    const [sums, sizes] = [new Float64Array(trial.count), new Float64Array(trial.count)];
    let actions: Float32Array | undefined;
    for (let step = 1; step <= trial.steps; step++) {
      actions = trial.stepAtRandom(environment, actions);
      for (let index = 0; index < trial.count; index++) {
        sums[index]! += environment.rewards[index]!;
        sizes[index]! += Math.abs(environment.rewards[index]!);
        const expected = promisedTotal(trial, environment, index, begun[index]!);
        const ended = hasEnded(environment, index);
        if (expected !== undefined) trial.examined++;
        if (expected !== undefined && !(Math.abs(sums[index]! - expected) <= 1e-6 * (1 + sizes[index]!))) {
          const when = ended ? "at the end of an episode, " : "";
          return `environment ${index} at step ${step}: ${when}rewards add up to ${sums[index]}, not ${expected}`;
        }
        if (!ended) continue;
        sums[index] = sizes[index] = 0;
        begun[index] = trial.ledger(environment, index)?.equity ?? 0;
      }
    }
    return undefined;
  },
};

/** What the rewards since the episode's start should add up to by now, where something is promised of a moment like this. */
function promisedTotal(trial: Trial, environment: VectorEnvironment, index: number, initialEquity: number): number | undefined {
  const { books, rewardTotal, episodeReward } = trial.subject;
  const ended = hasEnded(environment, index);
  if (episodeReward) return ended ? episodeReward(environment, index) : undefined;
  const equity = ended ? books!.finalEquity(environment, index) : books!.ledger(environment, index).equity;
  return rewardTotal!(initialEquity, equity);
}

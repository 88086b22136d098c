import type { VectorEnvironment } from "../../vector-environment.ts";
import type { Check } from "../check.ts";
import { lockstep, randomActions, rowOf, sameFloats, type Trial } from "../trial.ts";

/** Plays an environment for a while, resets it, and plays it beside a fresh one. */
export const reset: Check = {
  name: "reset",
  promise: "an environment that was reset cannot be told from a fresh one",
  unmet: "no step was made",
  run(trial) {
    const used = trial.make({ seed: trial.random.below(2 ** 31) });
    playOn(trial, used);
    used.reset(trial.seed);
    const found = lockstep(trial, used, trial.make());
    return found && `a reset environment differs from a fresh one: ${found}`;
  },
};

/** Saves an environment in the middle, a trip through JSON included. */
export const restore: Check = {
  name: "restore",
  promise: "an environment that was saved and restored goes on like the one that was not",
  unmet: "no step was made",
  run(trial) {
    const saved = trial.make();
    playOn(trial, saved);
    const restored = trial.make({ seed: trial.random.below(2 ** 31) });
    restored.restore(JSON.parse(JSON.stringify(saved.save())));
    const found = lockstep(trial, saved, restored);
    return found && `a restored environment differs from the saved one: ${found}`;
  },
};

/** Plays the same seed twice, and other seeds. */
export const seed: Check = {
  name: "seed",
  promise: "a seed repeats an episode to the bit, and another seed gives another",
  unmet: "no step was made",
  run(trial) {
    const found = lockstep(trial, trial.make(), trial.make());
    if (found) return `the same seed gave two trajectories: ${found}`;
    const again = trial.make();
    const first = again.observations.slice();
    again.reset(trial.seed);
    if (!sameFloats(first, again.observations)) return `reset(${trial.seed}) started elsewhere than the same seed had`;
    return trial.subject.deterministic ? undefined : ignoredSeed(trial);
  },
};

function playOn(trial: Trial, environment: VectorEnvironment): void {
  let actions: Float32Array | undefined;
  for (let step = trial.random.below(trial.steps); step >= 0; step--) actions = trial.stepAtRandom(environment, actions);
}

/** Whether several seeds, or the environments of one, are all the same. */
function ignoredSeed(trial: Trial): string | undefined {
  const environments = Array.from({ length: 4 }, () => trial.make({ seed: trial.random.below(2 ** 31) }));
  const reused = trial.make();
  for (const environment of environments) environment.reset(trial.random.below(2 ** 31));
  const lane = randomActions(reused.actionSpace, 1, trial.random);
  const actions = Float32Array.from({ length: lane.length * trial.count }, (_, part) => lane[part % lane.length]!);
  let [seedsDiffer, lanesDiffer] = [false, trial.count === 1];
  for (let step = 0; step <= trial.steps && !(seedsDiffer && lanesDiffer); step++) {
    seedsDiffer ||= environments.some(({ observations }) => !sameFloats(observations, environments[0]!.observations));
    for (let index = 1; index < trial.count && !lanesDiffer; index++)
      lanesDiffer = !sameFloats(rowOf(reused, reused.observations, index), rowOf(reused, reused.observations, 0));
    for (const environment of [...environments, reused]) environment.step(actions.slice());
  }
  if (!seedsDiffer) return "four seeds gave the same trajectory: the seed is ignored, or the subject is deterministic and does not say so";
  return lanesDiffer ? undefined : "all environments of a seed do the same under the same actions";
}

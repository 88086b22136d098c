import type { VectorEnvironment } from "../../vector-environment.ts";
import type { Check } from "../check.ts";
import { difference, outcomeDifference, randomActions, sameFloats, type Trial } from "../trial.ts";

/** Writes over every array that an environment hands out, and lets another one work beside it. */
export const arrays: Check = {
  name: "arrays",
  promise: "what was returned is not changed but by the environment's own next call, and is never read by it",
  unmet: "no step was made",
  run: (trial) => readOwnArrays(trial) ?? sharedArrays(trial) ?? changedCopies(trial),
};

/** Whether writing on what was handed out, or on the actions that were given, changes what follows. */
function readOwnArrays(trial: Trial): string | undefined {
  const [left, right] = [trial.make(), trial.make()];
  let actions: Float32Array | undefined;
  for (let step = 1; step <= trial.steps; step++) {
    actions = randomActions(left.actionSpace, left.count, trial.random, actions);
    const given = actions.slice();
    left.step(actions.slice());
    for (const column of [right.observations, right.finalObservations, right.rewards]) column.fill(1e6);
    right.step(given);
    if (!sameFloats(given, actions)) return `at step ${step} the environment wrote on the actions it was given`;
    given.fill(0);
    for (let index = 0; index < left.count; index++) {
      const found = outcomeDifference(trial, left, right, index) ?? difference(trial, left, right, index);
      if (found) return `${found} of environment ${index} after ${step} steps depends on arrays that were handed out`;
    }
  }
  return undefined;
}

/** Whether another environment's work, or saving, shows in what was handed out. */
function sharedArrays(trial: Trial): string | undefined {
  const mine = trial.make();
  let actions: Float32Array | undefined;
  for (let step = 1; step <= Math.min(trial.steps, 20); step++) {
    const { observations } = mine;
    actions = trial.stepAtRandom(mine, actions);
    if (mine.observations !== observations) return `at step ${step} the observations are another array than before: learners hold on to it`;
    const held = copyOf(mine);
    mine.save();
    if (!isAs(mine, held)) return `at step ${step} saving changed what had been returned`;
    const other = trial.make({ seed: trial.random.below(2 ** 31) });
    trial.stepAtRandom(other);
    if (!isAs(mine, held)) return `at step ${step} another environment's step changed what this one had returned`;
    trial.examined++;
  }
  return undefined;
}

const copyOf = ({ observations, finalObservations, rewards }: VectorEnvironment): Float32Array[] =>
  [observations, finalObservations, rewards].map((column) => column.slice());

const isAs = ({ observations, finalObservations, rewards }: VectorEnvironment, held: readonly Float32Array[]): boolean =>
  [observations, finalObservations, rewards].every((column, index) => sameFloats(column, held[index]!));

/** Whether an observation that a single environment returned changes later. */
function changedCopies(trial: Trial): string | undefined {
  const single = trial.subject.single?.({ count: 1, seed: trial.seed });
  if (single === undefined) return undefined;
  const space = trial.make({ count: 1 }).actionSpace;
  let held = single.reset({ seed: trial.seed }).observation;
  for (let step = 1; step <= Math.min(trial.steps, 60); step++) {
    const copy = held.slice();
    const { observation, terminated, truncated } = single.step(randomActions(space, 1, trial.random)[0]!);
    if (!sameFloats(held, copy)) return `step ${step} of a single environment changed the observation that had been returned before it`;
    held = terminated || truncated ? single.reset().observation : observation;
    trial.examined++;
  }
  return undefined;
}

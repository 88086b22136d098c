import { type Space, widthOf } from "../../space.ts";
import type { VectorEnvironment } from "../../vector-environment.ts";
import type { Check } from "../check.ts";
import { difference, randomActions, type Trial } from "../trial.ts";

/** Reads everything that random trading gives, also on a market that runs wild. */
export const numbers: Check = {
  name: "numbers",
  promise: "observations and rewards are finite numbers, as many as the spaces say and within their bounds",
  unmet: "no step was made",
  run(trial) {
    const wild = trial.grants("garbage") ? [trial.make({ garbage: { afterMs: -Infinity, seed: trial.random.bits() } })] : [];
    for (const environment of [trial.make(), ...wild]) {
      let actions: Float32Array | undefined;
      for (let step = 0; step <= trial.steps; step++) {
        if (step > 0) actions = trial.stepAtRandom(environment, actions);
        const wrong = wrongNumber(environment);
        trial.examined += environment.observations.length;
        if (wrong) return `after ${step} steps ${wrong}`;
      }
    }
    return undefined;
  },
};

function wrongNumber({ count, observationSpace, observations, rewards, terminated, truncated }: VectorEnvironment): string | undefined {
  const size = widthOf(observationSpace);
  if (observations.length !== count * size) return `there are ${observations.length} numbers of observations for ${count} × ${size}`;
  for (const column of [rewards, terminated, truncated])
    if (column.length !== count) return `a column has ${column.length} rows for ${count}`;
  for (let index = 0; index < observations.length; index++) {
    const value = observations[index]!;
    if (!isWithin(observationSpace, value))
      return `number ${index % size} of the observation of environment ${Math.floor(index / size)} is ${value}`;
  }
  const index = rewards.findIndex((reward) => !Number.isFinite(reward));
  return index < 0 ? undefined : `the reward of environment ${index} is ${rewards[index]}`;
}

function isWithin(space: Space, value: number): boolean {
  if (space.kind === "discrete") return Number.isInteger(value) && value >= 0 && value < space.count;
  return Number.isFinite(value) && value >= Math.fround(space.low) && value <= Math.fround(space.high);
}

/** Gives actions that are none. */
export const refusedActions: Check = {
  name: "actions",
  promise: "what is no action is refused; a number beyond its bound is refused too or taken for the bound",
  unmet: "nothing was refused",
  run(trial) {
    const { actionSpace, count } = trial.make();
    const width = widthOf(actionSpace);
    const impossible = actionSpace.kind === "discrete" ? [NaN, -1, actionSpace.count, 0.5] : [NaN, Infinity, -Infinity];
    const part = trial.random.below(count * width);
    for (const value of impossible) {
      const actions = randomActions(actionSpace, count, trial.random);
      actions[part] = value;
      if (!refuses(trial, actions)) return `${value} was taken for an action of environment ${Math.floor(part / width)}`;
    }
    if (!refuses(trial, new Float32Array(count * width + 1)))
      return `${count * width + 1} numbers were taken for the actions of ${count} environments`;
    return actionSpace.kind === "box" ? beyondBounds(trial, actionSpace, part) : undefined;
  },
};

function refuses(trial: Trial, actions: Float32Array): boolean {
  trial.examined++;
  const environment = trial.make();
  try {
    environment.step(actions);
    return false;
  } catch {
    return true; // In whatever words: it did not act on it.
  }
}

/** Whether an action beyond a bound does something else than the bound itself. */
function beyondBounds(trial: Trial, { low, high }: Extract<Space, { kind: "box" }>, part: number): string | undefined {
  for (const [bound, beyond] of [
    [low, low - 10],
    [high, high + 10],
  ] as const) {
    if (!Number.isFinite(bound)) continue;
    const [left, right] = [trial.make(), trial.make()];
    const actions = randomActions(left.actionSpace, left.count, trial.random);
    const outside = actions.slice();
    actions[part] = bound;
    outside[part] = beyond;
    if (refuses(trial, outside)) continue;
    left.step(actions);
    right.step(outside);
    for (let index = 0; index < left.count; index++) {
      if (difference(trial, left, right, index)) return `${beyond} was taken for an action and did something else than ${bound}`;
    }
  }
  return undefined;
}

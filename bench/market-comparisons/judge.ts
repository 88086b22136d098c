import type { Policy, VectorEnvironment } from "../../src/env/index.ts";
import { meanInterval } from "../../src/evaluation/index.ts";

/** An environment that says of an episode which ended in the latest step how it came out. */
export interface Judged {
  readonly environment: VectorEnvironment;
  outcome(index: number): number;
}

/** Episodes one after another: their returns and their outcomes. */
export interface Episodes {
  readonly returns: readonly number[];
  readonly outcomes: readonly number[];
}

/**
 * Plays the first episode of every environment after each of the seeds, so that every policy meets the same markets with the same
 * dice, whatever it does in other episodes.
 */
export function judge(policy: Policy, { environment, outcome }: Judged, firstSeed: number, episodes: number): Episodes {
  const { count, rewards, terminated, truncated } = environment;
  const actions = new Float32Array(environment.actionSpace.kind === "box" ? count * environment.actionSpace.size : count);
  const returns: number[] = [];
  const outcomes: number[] = [];
  for (let seed = firstSeed; returns.length < episodes; seed++) {
    const running = new Float64Array(count);
    const isOver = new Uint8Array(count);
    environment.reset(seed);
    for (let left = count; left > 0;) {
      policy.decide(environment.observations, count, actions);
      environment.step(actions);
      for (let index = 0; index < count; index++) {
        if (isOver[index] === 1) continue;
        running[index]! += rewards[index]!;
        if (terminated[index] === 0 && truncated[index] === 0) continue;
        isOver[index] = 1;
        left--;
        returns.push(running[index]!);
        outcomes.push(outcome(index));
      }
    }
  }
  return { returns, outcomes };
}

/** The arithmetic mean. */
export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard deviation as an estimate from a sample. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Half the width of the 95 % t interval of a mean. */
export function halfWidth(values: readonly number[]): number {
  const { mean: middle, high } = meanInterval(values);
  return high - middle;
}

import { assert, type Random } from "../../base/index.ts";

/** A figure over several seeds and tasks, with the interval that resampled seeds give. */
export interface SeedSpread {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

interface Resampling {
  readonly random: Random;
  readonly resamples?: number;
  readonly level?: number;
}

/** Mean of the middle half of the values, those at the edges counted in part; less moved by one lucky seed than a mean. */
export function interquartileMean(values: readonly number[]): number {
  assert(values.length > 0, "a mean takes a value at least");
  const sorted = values.toSorted((a, b) => a - b);
  const [from, to] = [sorted.length / 4, (3 * sorted.length) / 4];
  const weight = (index: number) => Math.max(0, Math.min(index + 1, to) - Math.max(index, from));
  return sorted.reduce((sum, value, index) => sum + weight(index) * value, 0) / (to - from);
}

/**
 * Interquartile mean over all scores of all tasks, `scores[task][seed]`, with a percentile interval from resampling the seeds of each
 * task apart (stratified bootstrap; Agarwal, Schwarzer, Castro, Courville & Bellemare, 2021).
 */
export function interquartileSpread(scores: readonly (readonly number[])[], resampling: Resampling): SeedSpread {
  return spread(interquartileMean(scores.flat()), resampling, (random) =>
    interquartileMean(scores.flatMap((task) => resampled(task, random))),
  );
}

/**
 * Probability that a random seed of the left algorithm scores above one of the right, ties counting half, averaged over tasks; with
 * an interval as above. `left[task][seed]` and `right[task][seed]` may have different numbers of seeds.
 */
export function probabilityOfImprovement(
  left: readonly (readonly number[])[],
  right: readonly (readonly number[])[],
  resampling: Resampling,
): SeedSpread {
  assert(left.length > 0 && left.length === right.length, "both algorithms are scored on the same tasks");
  const ofTasks = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
    a.reduce((sum, task, index) => sum + shareAbove(task, b[index]!), 0) / a.length;
  return spread(ofTasks(left, right), resampling, (random) =>
    ofTasks(
      left.map((task) => resampled(task, random)),
      right.map((task) => resampled(task, random)),
    ),
  );
}

function shareAbove(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (const a of left) for (const b of right) sum += a > b ? 1 : a === b ? 0.5 : 0;
  return sum / (left.length * right.length);
}

const resampled = (values: readonly number[], random: Random): number[] => values.map(() => values[random.below(values.length)]!);

function spread(estimate: number, { random, resamples = 2000, level = 0.95 }: Resampling, draw: (random: Random) => number): SeedSpread {
  const draws = Float64Array.from({ length: resamples }, () => draw(random)).sort();
  const at = (share: number) => draws[Math.min(Math.floor(share * resamples), resamples - 1)]!;
  return { estimate, low: at((1 - level) / 2), high: at((1 + level) / 2), level };
}

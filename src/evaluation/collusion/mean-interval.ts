import { assert } from "../../base/index.ts";

/** A mean with its two-sided interval by Student's t over independent values, such as those of seeds. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** How many values it is over. */
  readonly count: number;
}

/** The mean of at least two independent values, and where it lies with the given confidence if they are normal (Student, 1908). */
export function meanInterval(values: readonly number[], level = 0.95): MeanInterval {
  const count = values.length;
  assert(count >= 2, "an interval takes two values at least");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = studentQuantile(level, count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { mean, low: mean - reach, high: mean + reach, level, count };
}

/** Within which distance of 0 Student's t of so many degrees of freedom lies with probability `level`. */
export function studentQuantile(level: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (central(high, freedom) < level) high *= 2;
  for (let round = 0; round < 200 && high - low > 1e-14 * high; round++) {
    const middle = (low + high) / 2;
    if (central(middle, freedom) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(|t| ≤ x), by the finite series for whole degrees of freedom (Abramowitz & Stegun, 1964, 26.7.3 and 26.7.4). */
function central(x: number, freedom: number): number {
  const angle = Math.atan(x / Math.sqrt(freedom));
  const cosine = Math.cos(angle);
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = isOdd && freedom === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= freedom - 2; power += 2) {
    term *= (cosine * cosine * (power - 1)) / power;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

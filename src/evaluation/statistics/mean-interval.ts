import { assert } from "../../base/index.ts";
import { deviationOf, meanOf } from "./series.ts";
import { studentQuantile } from "./student.ts";

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
  const mean = meanOf(values)!;
  const reach = (studentQuantile(level, count - 1) * deviationOf(values)!) / Math.sqrt(count);
  return { mean, low: mean - reach, high: mean + reach, level, count };
}

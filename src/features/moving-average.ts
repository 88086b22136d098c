import { z } from "zod";
import { kaufmanMean, mesaMean } from "./adaptive-mean.ts";
import { rollingFold, sum } from "./rolling.ts";
import { delayed, exponentialDecay, exponentialMean } from "./smoothing.ts";
import { rollingWeighted } from "./weighted.ts";

/** A mean that takes one value at a time and gives what it then is. */
export type MovingMean = (value: number) => number;

/** The mean of the last `period` values. */
export function simpleMean(period: number): MovingMean {
  const total = rollingFold(period, sum);
  return (value) => total(value) / period;
}

/** The mean of the last `period` values with weights 1, 2, … , `period`, the latest weighing most (TA-Lib WMA). */
export function weightedMean(period: number): MovingMean {
  const window = rollingWeighted(period);
  const weights = (period * (period + 1)) / 2;
  return (value) => {
    window.update(value);
    return window.weighted / weights;
  };
}

/**
 * Exponential means of exponential means, each begun where the one before is defined and seeded by a plain mean, as `seededMean` is;
 * gives the array that it refills, 0 where a mean has not begun.
 */
export function nestedMeans(period: number, depth: number): (value: number) => Float64Array {
  const decay = exponentialDecay(period);
  const means = new Float64Array(depth);
  let seen = 0;
  return (value) => {
    seen++;
    let passed = value;
    for (let level = 0; level < depth; level++) {
      const count = seen - level * (period - 1); // Values that this mean has been given.
      if (count < 1) break;
      passed = means[level] = means[level]! + (count <= period ? 1 / count : decay) * (passed - means[level]!);
    }
    return means;
  };
}

/** Double exponential mean (Mulloy, 1994; TA-Lib DEMA): 2 e₁ − e₂. */
export function doubleMean(period: number): MovingMean {
  const nested = nestedMeans(period, 2);
  return (value) => {
    const means = nested(value);
    return 2 * means[0]! - means[1]!;
  };
}

/** Triple exponential mean (Mulloy, 1994; TA-Lib TEMA): 3 e₁ − 3 e₂ + e₃. */
export function tripleMean(period: number): MovingMean {
  const nested = nestedMeans(period, 3);
  return (value) => {
    const means = nested(value);
    return 3 * means[0]! - 3 * means[1]! + means[2]!;
  };
}

/** Triangular mean (TA-Lib TRIMA): a simple mean of a simple mean, together as long as `period`. */
export function triangularMean(period: number): MovingMean {
  const first = Math.floor(period / 2) + 1;
  const inner = simpleMean(period % 2 === 1 ? (period + 1) / 2 : first);
  const outer = simpleMean(period % 2 === 1 ? (period + 1) / 2 : period / 2);
  const begun = delayed((period % 2 === 1 ? (period + 1) / 2 : first) - 1, outer);
  return (value) => begun(inner(value));
}

/** Tillson's T3 (1998; TA-Lib T3): a generalised double exponential mean, applied three times. */
export function tillsonMean(period: number, volumeFactor: number): MovingMean {
  const nested = nestedMeans(period, 6);
  const [square, cube] = [volumeFactor ** 2, volumeFactor ** 3];
  const third = 1 + 3 * volumeFactor + 3 * square + cube;
  const fourth = -3 * volumeFactor - 6 * square - 3 * cube;
  const fifth = 3 * square + 3 * cube;
  return (value) => {
    const means = nested(value);
    return third * means[2]! + fourth * means[3]! + fifth * means[4]! - cube * means[5]!;
  };
}

function mesa(): MovingMean {
  const adaptive = mesaMean(0.5, 0.05);
  return (value) => {
    adaptive.update(value);
    return adaptive.mean;
  };
}

/** TA-Lib's kinds of moving average (MA): how long each is undefined, and how it starts. */
const kinds = {
  sma: { lookback: (period: number) => period - 1, start: simpleMean },
  ema: { lookback: (period: number) => period - 1, start: exponentialMean },
  wma: { lookback: (period: number) => period - 1, start: weightedMean },
  dema: { lookback: (period: number) => 2 * (period - 1), start: doubleMean },
  tema: { lookback: (period: number) => 3 * (period - 1), start: tripleMean },
  trima: { lookback: (period: number) => period - 1, start: triangularMean },
  kama: { lookback: (period: number) => period, start: kaufmanMean },
  mama: { lookback: () => 32, start: mesa },
  t3: { lookback: (period: number) => 6 * (period - 1), start: (period: number) => tillsonMean(period, 0.7) },
} as const;

/** A kind of moving average. "mama" is that of Ehlers with its default limits, whatever the period; of one value each is that value. */
export type MeanType = keyof typeof kinds;

/** A parameter that chooses a kind of moving average, as TA-Lib's MAType. */
export const meanType = (value: MeanType) => z.enum(Object.keys(kinds) as [MeanType, ...MeanType[]]).default(value);

/** Index of the first value for which a moving average is defined. */
export const meanLookback = (type: MeanType, period: number): number => (period === 1 ? 0 : kinds[type].lookback(period));

/** Starts a moving average. */
export const startMean = (type: MeanType, period: number): MovingMean => (period === 1 ? (value) => value : kinds[type].start(period));

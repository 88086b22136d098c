import { UserError } from "../../base/index.ts";
import type { FeatureMatrix } from "../pipeline.ts";
import { type ColumnStatistics, countNotAbove, finiteValues, meanAndDeviation, sharesBetween } from "./column-statistics.ts";

/** How far new data have drifted: nothing beyond noise, worth watching, or no longer what was trained on. */
export type DriftVerdict = "steady" | "watch" | "drift";

/** From where on a measure is worth watching, and from where on it is drift. */
export const driftThresholds = {
  /** Population stability index; the credit industry's rule of thumb (Siddiqi, 2006). */
  stability: { watch: 0.1, drift: 0.25 },
  /** Kolmogorov and Smirnov's distance. */
  distance: { watch: 0.1, drift: 0.2 },
  /** Absolute shift of the mean, in deviations of the training rows. */
  shift: { watch: 0.25, drift: 1 },
  /** Growth of the share of missing values. */
  missing: { watch: 0.01, drift: 0.05 },
} as const;

/** A column of new data beside its training rows. */
export interface ColumnDrift {
  readonly name: string;
  /** Rows looked at, and the share of them in which it is no number. */
  readonly rows: number;
  readonly missing: number;
  /** Population stability index Σ (q − p) ln(q / p) over the bins of the training rows, shares not below `leastShare`; null without values. */
  readonly stability: number | null;
  /** Greatest difference of the two shares of values not above a number, over the percentiles of the training rows: to a hundredth. */
  readonly distance: number | null;
  /** Mean less that of the training rows, in deviations of those (of `leastSpread` where they did not vary). */
  readonly shift: number | null;
  /** What each measure stays below in 99 of 100 samples as long and as correlated in time that are like the training rows. */
  readonly noise: { readonly stability: number; readonly distance: number; readonly shift: number } | null;
  readonly verdict: DriftVerdict;
}

/** Shares of empty bins count as this. */
const leastShare = 1e-4;
const leastSpread = 1e-6;

/** Quantiles 0.99 of the normal distribution, one-sided and two-sided, and of Kolmogorov's. */
const [normalOne, normalTwo, kolmogorov] = [2.326, 2.576, 1.628];

/** The quantile 0.99 of a χ² distribution (Wilson & Hilferty, 1931). */
const chiSquared = (freedom: number): number => {
  const share = 2 / (9 * freedom);
  return freedom === 0 ? 0 : freedom * (1 - share + normalOne * Math.sqrt(share)) ** 3;
};

/**
 * What sampling alone does: samples of n and m values are like n/τ and m/τ independent ones, with τ the correlation in rows; then the
 * index is χ² / (their harmonic sum) (Yurdakul, 2018), the distance Kolmogorov's, the mean normal.
 */
function noiseOf({ rows, missing, correlationRows, shares }: ColumnStatistics, count: number): NonNullable<ColumnDrift["noise"]> {
  const spread = correlationRows * (1 / (rows * (1 - missing)) + 1 / count);
  return {
    stability: chiSquared(shares.length - 1) * spread,
    distance: kolmogorov * Math.sqrt(spread),
    shift: normalTwo * Math.sqrt(spread),
  };
}

function stabilityIndex(expected: readonly number[], found: readonly number[]): number {
  return expected.reduce((sum, share, bin) => {
    const [before, after] = [Math.max(share, leastShare), Math.max(found[bin]!, leastShare)];
    return sum + (after - before) * Math.log(after / before);
  }, 0);
}

const levelOf = (value: number, { watch, drift }: { readonly watch: number; readonly drift: number }, noise = 0): number =>
  value <= noise ? 0 : value >= drift ? 2 : value >= watch ? 1 : 0;

const verdicts = ["steady", "watch", "drift"] as const;

function compareColumn(statistics: ColumnStatistics, matrix: FeatureMatrix, column: number, from: number, to: number): ColumnDrift {
  const values = finiteValues(matrix, column, from, to);
  const rows = to - from;
  const missing = 1 - values.length / rows;
  const gone = levelOf(missing - statistics.missing, driftThresholds.missing);
  const { name } = statistics;
  if (values.length === 0) {
    return { name, rows, missing, stability: null, distance: null, shift: null, noise: null, verdict: verdicts[gone]! };
  }
  const sorted = values.toSorted();
  const stability = stabilityIndex(statistics.shares, sharesBetween(sorted, statistics.edges));
  const differences = statistics.percentiles.map((value, index) =>
    Math.abs(countNotAbove(sorted, value) / sorted.length - statistics.notAbove[index]!),
  );
  const distance = Math.max(...differences);
  const shift = (meanAndDeviation(values).mean - statistics.mean) / Math.max(statistics.deviation, leastSpread);
  const noise = noiseOf(statistics, values.length);
  const level = Math.max(
    gone,
    levelOf(stability, driftThresholds.stability, noise.stability),
    levelOf(distance, driftThresholds.distance, noise.distance),
    levelOf(Math.abs(shift), driftThresholds.shift, noise.shift),
  );
  return { name, rows, missing, stability, distance, shift, noise, verdict: verdicts[level]! };
}

/**
 * Compares rows [from, to) of new data with the training rows, column by column. A column is worth watching, or has drifted, where a
 * measure is above its threshold and above what sampling alone does. No row at all is `data/too-short`.
 */
export function compareWithTraining(
  statistics: readonly ColumnStatistics[],
  matrix: FeatureMatrix,
  from: number,
  to: number,
): ColumnDrift[] {
  if (to <= from) {
    throw new UserError("data/too-short", "No row of the new data lies behind the warm-up of the features.", {
      hint: "Give more bars, or bars that continue those that the features were fitted on.",
    });
  }
  return statistics.map((each) => compareColumn(each, matrix, matrix.names.indexOf(each.name), from, to));
}

import { z } from "zod";
import { assert, UserError } from "../../base/index.ts";
import type { FeatureMatrix } from "../pipeline.ts";

/** How a column was distributed over the training rows behind its warm-up: what new data are compared with. */
export const ColumnStatistics = z.strictObject({
  name: z.string(),
  /** Rows looked at, and the share of them in which it was no number. */
  rows: z.int().min(1),
  missing: z.number().min(0).max(1),
  mean: z.number(),
  /** Of the population. */
  deviation: z.number().nonnegative(),
  /**
   * Rows that tell as much as one independent row: 1 + 2 Σ ρₖ over the lags of Geyer's initial positive sequence (1992), at most
   * `mostLags` of them, and at least 1.
   */
  correlationRows: z.number().min(1),
  /** The distinct ones among the percentiles 0 to 100, ascending, and the share of values not above each. */
  percentiles: z.array(z.number()).min(1),
  notAbove: z.array(z.number()),
  /** What parts the values into bins of equal shares as nearly as ties allow, ascending, and the share in each bin; up to an edge and with it. */
  edges: z.array(z.number()),
  shares: z.array(z.number()).min(1),
});

export type ColumnStatistics = z.infer<typeof ColumnStatistics>;

/** Bins of a histogram, where values differ enough. */
const bins = 10;

/** Lags of the autocorrelation that are looked at. */
const mostLags = 250;

const plus = (value: number) => value + 0; // JSON has no −0.

/** The finite numbers of a column in rows [from, to), in order of time. */
export function finiteValues({ width, values }: Pick<FeatureMatrix, "width" | "values">, column: number, from: number, to: number) {
  const found = new Float64Array(Math.max(to - from, 0));
  let count = 0;
  for (let row = from; row < to; row++) {
    const value = values[row * width + column]!;
    if (Number.isFinite(value)) found[count++] = value;
  }
  return found.subarray(0, count);
}

/** How many of ascending values are not above a number. */
export function countNotAbove(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Shares of ascending values in the bins that edges make. */
export function sharesBetween(sorted: Float64Array, edges: readonly number[]): number[] {
  const counts = [...edges.map((edge) => countNotAbove(sorted, edge)), sorted.length];
  return counts.map((count, bin) => (count - (counts[bin - 1] ?? 0)) / sorted.length);
}

/** Mean and deviation (of the population) of at least one value. */
export function meanAndDeviation(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Rows that tell as much as one independent row, from the autocorrelation of values in order of time. */
export function correlationRows(values: Float64Array): number {
  const { mean, deviation } = meanAndDeviation(values);
  const rows = values.length;
  const least = 1e-12 * Math.abs(mean);
  if (!(deviation > least)) return 1;
  const correlation = (lag: number) => {
    let sum = 0;
    for (let row = lag; row < rows; row++) sum += (values[row]! - mean) * (values[row - lag]! - mean);
    return sum / (rows * deviation * deviation);
  };
  const lags = Math.min(mostLags, Math.floor(rows / 4));
  let total = 0;
  let before = Infinity;
  // Sums of two neighbours are positive and fall in a reversible chain: where they do not, the rest is noise.
  for (let lag = 0; lag + 1 <= lags; lag += 2) {
    const pair = Math.min(before, correlation(lag) + correlation(lag + 1));
    if (pair <= 0) break;
    total += pair;
    before = pair;
  }
  return Math.max(1, 2 * total - 1);
}

const percentilesOf = (sorted: Float64Array): number[] => {
  const at = Array.from({ length: 101 }, (_, percent) => plus(sorted[Math.round((percent / 100) * (sorted.length - 1))]!));
  return at.filter((value, index) => index === 0 || value > at[index - 1]!);
};

/** Statistics of a column over rows [from, to). Fewer than two numbers are `data/too-short`. */
function statisticsOf(matrix: FeatureMatrix, column: number, from: number, to: number): ColumnStatistics {
  const name = matrix.names[column]!;
  const values = finiteValues(matrix, column, from, to);
  if (values.length < 2) {
    throw new UserError("data/too-short", `The column "${name}" has ${values.length} values in the training rows ${from} to ${to}.`, {
      path: name,
      hint: "Use more bars for training, or a feature with a shorter warm-up.",
    });
  }
  const sorted = values.toSorted();
  const inner = Array.from({ length: bins - 1 }, (_, bin) => plus(sorted[Math.ceil(((bin + 1) / bins) * sorted.length) - 1]!));
  const edges = inner.filter((value, index) => value < sorted.at(-1)! && (index === 0 || value > inner[index - 1]!));
  const percentiles = percentilesOf(sorted);
  const { mean, deviation } = meanAndDeviation(values);
  return {
    name,
    rows: to - from,
    missing: 1 - values.length / (to - from),
    mean: plus(mean),
    deviation,
    correlationRows: correlationRows(values),
    percentiles,
    notAbove: percentiles.map((value) => countNotAbove(sorted, value) / sorted.length),
    edges,
    shares: sharesBetween(sorted, edges),
  };
}

/** How each column is distributed over rows [from, to): pass the training rows behind the warm-up, and no others. */
export function columnStatistics(matrix: FeatureMatrix, from: number, to: number): ColumnStatistics[] {
  assert(from >= 0 && from < to && to <= matrix.rows, `training rows ${from} to ${to} of ${matrix.rows}`);
  return matrix.names.map((_, column) => statisticsOf(matrix, column, from, to));
}

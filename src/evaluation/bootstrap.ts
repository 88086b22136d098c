import { assert, type Random } from "../base/index.ts";
import { automaticBlockLength } from "./block-length.ts";
import type { Interval } from "./report/document.ts";

/** How sure the interval is, and how often the series are drawn anew. */
export interface BootstrapOptions {
  readonly random: Random;
  readonly barsPerYear: number;
  readonly resamples?: number;
  readonly level?: number;
}

/**
 * Is the Sharpe ratio of one series of simple returns above that of another over the same bars? Difference of the annualised ratios,
 * with an interval and a two-sided p-value by the stationary bootstrap (Politis & Romano, 1994) of whole bars, so that what the
 * two series share stays shared. Studentised and symmetric as Ledoit & Wolf (2008) advise: the interval leaves out 0 exactly when
 * the p-value is at most 1 − level. A series without variance, such as cash, counts with a ratio of 0.
 */
export function sharpeDifference(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  { random, barsPerYear, resamples = 2000, level = 0.95 }: BootstrapOptions,
): Interval {
  assert(
    left.length === right.length && left.length > 0,
    `two series over the same bars are compared, got ${left.length} and ${right.length}`,
  );
  const pair = { left: centred(left), right: centred(right) };
  const difference = ratio(pair.left) - ratio(pair.right);
  const influences = pair.left.deviations.map((_, bar) => influence(pair.left, bar) - influence(pair.right, bar));
  const blockLength = automaticBlockLength(influences);
  const measured = Math.sqrt(meanVariance(influences, blockLength));
  const same = measured < 1e-9; // Two flat series, or one a multiple of the other: what is left is rounding.
  const [estimate, error] = same ? [0, 0] : [difference, measured];
  const statistics = studentised(pair, { estimate, error, blockLength, resamples, random }).sort();
  const observed = same ? 0 : Math.abs(estimate) / error;
  const atLeast = resamples - lowerBound(statistics, observed);
  const reach = same ? 0 : statistics[Math.min(Math.ceil((resamples + 1) * level), resamples) - 1]! * error;
  const yearly = Math.sqrt(barsPerYear);
  return {
    statistic: "difference of annualised Sharpe ratios",
    method: "stationary block bootstrap, studentised, symmetric",
    estimate: estimate * yearly,
    low: (estimate - reach) * yearly,
    high: (estimate + reach) * yearly,
    level,
    pValue: (atLeast + 1) / (resamples + 1),
    blockLength,
    resamples,
  };
}

/** As many resamples as were asked for, or, of more than 100,000 bars, as many as 2,000 of those would take; at least 200. */
export const affordableResamples = (bars: number, asked: number): number => Math.min(asked, Math.max(200, Math.floor(2e8 / bars)));

/**
 * Fills `out` with bars of one resample: runs of consecutive bars, wrapped at the end, of geometric length with the given mean. They are
 * of a series of `count` bars, as many as are drawn unless given.
 */
export function stationaryIndices(out: Int32Array, blockLength: number, random: Random, count: number = out.length): void {
  for (let draw = 0, bar = -1; draw < out.length; draw++) {
    bar = startsBlock(draw, blockLength, random) ? random.below(count) : (bar + 1) % count;
    out[draw] = bar;
  }
}

const startsBlock = (draw: number, blockLength: number, random: Random): boolean => draw === 0 || random.uniform() * blockLength < 1;

/** Returns as deviations from their mean, which keeps sums of squares exact enough. `spread` has ddof 0 and is 0 for a flat series. */
interface Centred {
  readonly mean: number;
  readonly spread: number;
  readonly deviations: Float64Array;
}

interface Pair {
  readonly left: Centred;
  readonly right: Centred;
}

function centred(returns: ArrayLike<number>): Centred {
  let mean = 0,
    squares = 0,
    largest = 0;
  for (let bar = 0; bar < returns.length; bar++) mean += returns[bar]! / returns.length;
  const deviations = Float64Array.from(returns, (value) => value - mean);
  for (const deviation of deviations) squares += deviation * deviation;
  for (let bar = 0; bar < returns.length; bar++) largest = Math.max(largest, Math.abs(returns[bar]!));
  const spread = Math.sqrt(squares / returns.length);
  return { mean, spread: spread > largest * 1e-12 ? spread : 0, deviations };
}

const ratio = ({ mean, spread }: Pick<Centred, "mean" | "spread">): number => (spread === 0 ? 0 : mean / spread);

/** What one bar adds to the Sharpe ratio, to first order: z − ½ S (z² − 1). Their mean is 0, their long-run variance / n the ratio's. */
function influence(series: Centred, bar: number): number {
  if (series.spread === 0) return 0;
  const z = series.deviations[bar]! / series.spread;
  return z - 0.5 * ratio(series) * (z * z - 1);
}

/** Variance of the mean of a series as the stationary bootstrap has it, in closed form (Politis & Romano, 1994, lemma 1). */
export function meanVariance(series: Float64Array, blockLength: number): number {
  const count = series.length;
  const keep = 1 - 1 / blockLength;
  let sum = 0;
  for (let lag = 0; lag < count; lag++) {
    const weight = lag === 0 ? 1 : (1 - lag / count) * keep ** lag + (lag / count) * keep ** (count - lag);
    if (weight < 1e-9) continue;
    let covariance = 0;
    for (let bar = lag; bar < count; bar++) covariance += series[bar]! * series[bar - lag]!;
    sum += (lag === 0 ? 1 : 2) * weight * (covariance / count);
  }
  return Math.max(sum, 0) / count;
}

interface Resampling {
  readonly estimate: number;
  readonly error: number;
  readonly blockLength: number;
  readonly resamples: number;
  readonly random: Random;
}

/** |resampled difference − estimate| / its own standard error, for each resample; the whole sample's error where its own is lost. */
function studentised(pair: Pair, { estimate, error, blockLength, resamples, random }: Resampling): Float64Array {
  const count = pair.left.deviations.length;
  const sums = { left: new BlockSums(count), right: new BlockSums(count) };
  const indices = new Int32Array(count);
  const statistics = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    stationaryIndices(indices, blockLength, random);
    sums.left.fill(pair.left, indices);
    sums.right.fill(pair.right, indices);
    const distance = Math.abs(sums.left.ratio - sums.right.ratio - estimate);
    let variance = 0;
    for (let block = 0; block < sums.left.blocks; block++) variance += (sums.left.influence(block) - sums.right.influence(block)) ** 2;
    const own = Math.sqrt(variance) / count;
    statistics[resample] = distance === 0 ? 0 : distance / (own > 0 ? own : error);
  }
  return statistics;
}

/** One resampled series as sums over its blocks: all that its Sharpe ratio and the ratio's standard error need. */
class BlockSums {
  blocks = 0;
  /** Per bar, not annualised. */
  ratio = 0;
  private mean = 0;
  private spread = 0;
  private readonly size: Int32Array;
  private readonly sum: Float64Array;
  private readonly squares: Float64Array;

  constructor(count: number) {
    this.size = new Int32Array(count);
    this.sum = new Float64Array(count);
    this.squares = new Float64Array(count);
  }

  fill({ mean, spread, deviations }: Centred, indices: Int32Array): void {
    const count = indices.length;
    let block = -1,
      following = -1,
      total = 0,
      totalSquares = 0;
    for (const bar of indices) {
      if (bar !== following) {
        block++;
        this.size[block] = this.sum[block] = this.squares[block] = 0;
      }
      following = bar + 1 === count ? 0 : bar + 1;
      const value = deviations[bar]!;
      this.size[block]!++;
      this.sum[block]! += value;
      this.squares[block]! += value * value;
      total += value;
      totalSquares += value * value;
    }
    this.blocks = block + 1;
    this.mean = total / count;
    const variance = totalSquares / count - this.mean ** 2;
    this.spread = variance > (spread * 1e-9) ** 2 ? Math.sqrt(variance) : 0;
    this.ratio = ratio({ mean: mean + this.mean, spread: this.spread });
  }

  /** Sum over a block of what its bars add to the ratio; see `influence`. */
  influence(block: number): number {
    if (this.spread === 0) return 0;
    const size = this.size[block]!,
      sum = this.sum[block]!;
    const squares = this.squares[block]! - 2 * this.mean * sum + size * this.mean ** 2;
    return (sum - size * this.mean) / this.spread - 0.5 * this.ratio * (squares / this.spread ** 2 - size);
  }
}

/** Values below `limit` in a sorted array. */
function lowerBound(sorted: Float64Array, limit: number): number {
  let low = 0,
    high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { type Random, UserError } from "../../base/index.ts";
import { automaticBlockLength } from "../block-length.ts";
import { meanVariance, stationaryIndices } from "../bootstrap.ts";

/** Whether the best of several strategies beats a benchmark, the choice of the best being allowed for. */
export interface RealityCheck {
  /** Index of the strategy with the largest mean excess. */
  readonly best: number;
  /** Its mean return a bar above the benchmark's. */
  readonly excess: number;
  /** White's reality check (2000): of the largest mean excess, every strategy taken to be as good as the benchmark. */
  readonly realityCheck: number;
  /**
   * Hansen's test of superior predictive ability (2005), studentised. `consistent` is the one to quote; `lower` takes the poor
   * strategies as poor as they look, `upper` takes them as good as the benchmark.
   */
  readonly superiorAbility: { readonly lower: number; readonly consistent: number; readonly upper: number };
  readonly blockLength: number;
  readonly resamples: number;
}

/**
 * p-values for "none of these strategies is better than the benchmark", by the stationary bootstrap of whole bars. All series are
 * simple returns over the same bars; without a benchmark it is cash. The block length is the mean of the strategies' automatic ones.
 */
export function realityCheck(
  returns: readonly ArrayLike<number>[],
  benchmark: ArrayLike<number> | null,
  { random, resamples = 1000 }: { readonly random: Random; readonly resamples?: number },
): RealityCheck {
  const bars = returns[0]?.length ?? 0;
  if (bars < 2 || returns.some(({ length }) => length !== bars) || (benchmark && benchmark.length !== bars)) {
    throw new UserError("data/too-short", "the strategies and the benchmark do not cover the same two bars or more", {
      path: "returns",
      hint: "Give every series over the same bars.",
    });
  }
  const excesses = returns.map((series) => Float64Array.from(series, (value, bar) => value - (benchmark?.[bar] ?? 0)));
  const means = excesses.map((excess) => excess.reduce((sum, value) => sum + value, 0) / bars);
  const centred = excesses.map((excess, index) => excess.map((value) => value - means[index]!));
  const blockLength = centred.reduce((sum, series) => sum + automaticBlockLength(series), 0) / centred.length;
  const errors = centred.map((series) => Math.sqrt(meanVariance(series, blockLength)));
  // Below this many standard errors a strategy is known to be no rival of the best; the law of the iterated logarithm.
  const threshold = -Math.sqrt(2 * Math.log(Math.log(Math.max(bars, 3))));
  const score = (mean: number, index: number): number => (errors[index]! > 0 ? mean / errors[index]! : 0);
  const centres = {
    lower: means.map((mean) => Math.max(mean, 0)),
    consistent: means.map((mean, index) => (score(mean, index) >= threshold ? mean : 0)),
    upper: means,
  };
  const observed = { raw: Math.max(...means), studentised: Math.max(0, ...means.map(score)) };
  const exceed = { raw: 0, lower: 0, consistent: 0, upper: 0 };
  for (const drawn of resampledMeans(excesses, blockLength, resamples, random)) {
    if (largestOf(drawn, (mean, index) => mean - means[index]!) >= observed.raw) exceed.raw++;
    for (const name of ["lower", "consistent", "upper"] as const) {
      const largest = Math.max(
        0,
        largestOf(drawn, (mean, index) => score(mean - centres[name][index]!, index)),
      );
      if (largest >= observed.studentised) exceed[name]++;
    }
  }
  const pValue = (count: number) => (count + 1) / (resamples + 1);
  return {
    best: means.indexOf(observed.raw),
    excess: observed.raw,
    realityCheck: pValue(exceed.raw),
    superiorAbility: { lower: pValue(exceed.lower), consistent: pValue(exceed.consistent), upper: pValue(exceed.upper) },
    blockLength,
    resamples,
  };
}

/** Resamples whose means are taken in one go through the series, which are more than a processor holds near. */
const atOnce = 4;

/** [strategies] Mean of each series over the bars of a resample, for one resample after the other; the array is used again. */
function* resampledMeans(series: readonly Float64Array[], blockLength: number, resamples: number, random: Random): Generator<Float64Array> {
  const bars = series[0]!.length;
  const indices = new Int32Array(bars);
  const counts = Array.from({ length: atOnce }, () => new Float64Array(bars)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const drawn = counts.map(() => new Float64Array(series.length));
  for (let first = 0; first < resamples; first += atOnce) {
    const together = Math.min(atOnce, resamples - first);
    for (let each = 0; each < together; each++) {
      stationaryIndices(indices, blockLength, random);
      counts[each]!.fill(0);
      for (const bar of indices) counts[each]![bar]!++;
    }
    for (const [strategy, values] of series.entries())
      for (const [each, sum] of weightedSums(values, counts).entries()) drawn[each]![strategy] = sum / bars;
    yield* drawn.slice(0, together);
  }
}

/** Σ value × how often it was drawn, for each of the resamples. */
function weightedSums(
  values: Float64Array,
  [first, second, third, fourth]: readonly [Float64Array, Float64Array, Float64Array, Float64Array],
): number[] {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let bar = 0; bar < values.length; bar++) {
    const value = values[bar]!;
    a += value * first[bar]!;
    b += value * second[bar]!;
    c += value * third[bar]!;
    d += value * fourth[bar]!;
  }
  return [a, b, c, d];
}

function largestOf(values: Float64Array, of: (value: number, index: number) => number): number {
  let largest = -Infinity;
  for (let index = 0; index < values.length; index++) largest = Math.max(largest, of(values[index]!, index));
  return largest;
}

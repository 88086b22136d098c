import type { MetricFacts } from "./metric-definition.ts";
import { product, sharpeRatio } from "./return-figures.ts";
import { covarianceOf, deviationOf, growthOf, meanOf, over, rowsWhere } from "./statistics/index.ts";

type Pair = [returns: Float64Array, benchmark: Float64Array];

const where = (returns: Float64Array, benchmark: Float64Array, test: (other: number) => boolean): Pair => {
  if (benchmark.length === 0) return [benchmark, benchmark];
  const { left, right } = rowsWhere(returns, benchmark, (_, other) => test(other));
  return [left, right];
};

/** The bars in which the benchmark rose. */
export const rising = (returns: Float64Array, benchmark: Float64Array): Pair => where(returns, benchmark, (other) => other > 0);

/** The bars in which the benchmark fell. */
export const falling = (returns: Float64Array, benchmark: Float64Array): Pair => where(returns, benchmark, (other) => other < 0);

/** cov(r, f) ÷ var(f); null where the benchmark does not move, or there is none. */
export function betaOf(returns: Float64Array, benchmark: Float64Array): number | null {
  if (benchmark.length === 0) return null;
  const deviation = deviationOf(benchmark);
  return over(covarianceOf(returns, benchmark), deviation === null ? null : deviation ** 2);
}

/** (1 + mean(r − rf − β (f − rf)))^A − 1. */
export function alphaOf({ riskFree, barsPerYear }: MetricFacts, returns: Float64Array, benchmark: Float64Array): number | null {
  const beta = betaOf(returns, benchmark);
  if (beta === null) return null;
  const mean = meanOf(returns.map((value, bar) => value - riskFree - beta * (benchmark[bar]! - riskFree)))!;
  return (1 + mean) ** barsPerYear - 1;
}

/** Annual return ÷ the benchmark's. */
export function captureOf(returns: Float64Array, benchmark: Float64Array, barsPerYear: number): number | null {
  if (benchmark.length === 0) return null;
  const yearly = (values: Float64Array) => growthOf(values) ** (barsPerYear / values.length) - 1;
  return over(yearly(returns), yearly(benchmark));
}

/** r − f; of nothing where there is no benchmark. */
export const excessOf = (returns: Float64Array, benchmark: Float64Array): Float64Array =>
  benchmark.map((other, bar) => returns[bar]! - other);

/** mean(r − f) ÷ deviation of r − f. */
export function excessRatio(returns: Float64Array, benchmark: Float64Array): number | null {
  const excess = excessOf(returns, benchmark);
  return over(meanOf(excess), deviationOf(excess));
}

/** Bars with r > f ÷ bars. */
export const shareAbove = (returns: Float64Array, benchmark: Float64Array): number | null =>
  over(excessOf(returns, benchmark).filter((value) => value > 0).length, benchmark.length);

/** The same over the bars in which the benchmark passes a test. */
export const battingWhere = (returns: Float64Array, benchmark: Float64Array, test: (other: number) => boolean): number | null =>
  shareAbove(...where(returns, benchmark, test));

/** cov(r, f) ÷ (deviation of r × deviation of f). */
export const correlationOf = (returns: Float64Array, benchmark: Float64Array): number | null =>
  benchmark.length === 0 ? null : over(covarianceOf(returns, benchmark), product(deviationOf(returns), deviationOf(benchmark)));

/** (Sharpe ratio ÷ √A × deviation of f + rf) × A. */
export function modigliani(facts: MetricFacts): number | null {
  const { benchmark, riskFree, barsPerYear } = facts;
  const excess = product(sharpeRatio(facts, "arithmetic"), deviationOf(benchmark));
  return excess === null ? null : (excess / Math.sqrt(barsPerYear) + riskFree) * barsPerYear;
}

/**
 * empyrical's heuristic of three rows, the smallest, the middle and the largest by benchmark: what the outer two give at the middle
 * one's place on the line between them, less what the middle one gave.
 */
export function betaFragility(returns: Float64Array, benchmark: Float64Array): number | null {
  const count = benchmark.length;
  if (count < 3) return null;
  const order = Int32Array.from(benchmark.keys()).sort((left, right) => benchmark[left]! - benchmark[right]!);
  const [first, middle, last] = [order[0]!, order[Math.floor(count / 2)]!, order[count - 1]!];
  const [low, centre, high] = [benchmark[first]!, benchmark[middle]!, benchmark[last]!];
  const share = high === low ? 0.5 : (centre - low) / (high - low);
  return (1 - share) * returns[first]! + share * returns[last]! - returns[middle]!;
}

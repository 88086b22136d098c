import { deviationOf, drawdownPath, growthOf, meanOf, normalDensity, normalQuantile, over } from "./statistics/index.ts";
import type { MetricFacts } from "./metric-definition.ts";
import type { RoundTrip } from "./trades.ts";

/** How bars are made a year: empyrical's √A and A, or backtesting.py's compounding. */
export type Convention = "arithmetic" | "geometric";

/** Sum; 0 of nothing. */
export const sumOf = (values: ArrayLike<number>): number => (meanOf(values) ?? 0) * values.length;

/** A value without its sign. */
export const absolute = (value: number | null): number | null => (value === null ? null : Math.abs(value));

/** Less an amount. */
export const minus = (value: number | null, amount: number): number | null => (value === null ? null : value - amount);

/** All multiplied; null where one is not defined. */
export const product = (...factors: readonly (number | null)[]): number | null =>
  factors.reduce((all, factor) => (all === null || factor === null ? null : all * factor), 1);

/** How many values pass a test. */
export const countOf = (values: Float64Array, test: (value: number) => boolean): number => values.filter(test).length;

/** Volatility of a year by a convention. */
export function annualVolatility(returns: Float64Array, barsPerYear: number, convention: Convention): number | null {
  const deviation = deviationOf(returns);
  if (deviation === null) return null;
  if (convention === "arithmetic") return deviation * Math.sqrt(barsPerYear);
  const growth = growthOf(returns) ** (1 / returns.length);
  return Math.sqrt((deviation ** 2 + growth ** 2) ** barsPerYear - growth ** (2 * barsPerYear));
}

const annualExcess = ({ returns, riskFree, barsPerYear }: MetricFacts): number =>
  growthOf(returns) ** (barsPerYear / returns.length) - (1 + riskFree) ** barsPerYear;

/** Sharpe ratio by a convention; null without variance. */
export function sharpeRatio(facts: MetricFacts, convention: Convention): number | null {
  const { returns, riskFree, barsPerYear } = facts;
  if (convention === "geometric") return over(annualExcess(facts), annualVolatility(returns, barsPerYear, "geometric"));
  const excess = returns.map((value) => value - riskFree);
  return product(over(meanOf(excess), deviationOf(excess)), Math.sqrt(barsPerYear));
}

/** √mean(min(r − rf, 0)²) × √A, over all bars. */
export function downsideRisk(returns: Float64Array, riskFree: number, barsPerYear: number): number | null {
  const squares = meanOf(returns.map((value) => Math.min(value - riskFree, 0) ** 2));
  return squares === null ? null : Math.sqrt(squares * barsPerYear);
}

/** Sortino ratio by a convention; null without a loss. */
export function sortinoRatio(facts: MetricFacts, convention: Convention): number | null {
  const { returns, riskFree, barsPerYear } = facts;
  const risk = downsideRisk(returns, riskFree, barsPerYear);
  if (convention === "geometric") return returns.length === 0 ? null : over(annualExcess(facts), risk);
  return over(product(minus(meanOf(returns), riskFree), barsPerYear), risk);
}

/** √(Σ drawdown² ÷ (n − 1)); null of fewer than two bars. */
export const ulcerIndex = (returns: Float64Array): number | null =>
  returns.length < 2 ? null : Math.sqrt(sumOf(drawdownPath(returns).map((depth) => depth ** 2)) / (returns.length - 1));

/** (Σr − rf) ÷ (ulcer index × pitfall), pitfall = −Gaussian expected shortfall (5 %) of the drawdowns ÷ deviation of r. */
export function serenity({ returns, riskFree }: MetricFacts): number | null {
  const drawdowns = drawdownPath(returns);
  const deviation = deviationOf(drawdowns);
  if (deviation === null) return null;
  const shortfall = meanOf(drawdowns)! - (deviation * normalDensity(normalQuantile(0.05))) / 0.05;
  return over(sumOf(returns) - riskFree, product(ulcerIndex(returns), over(-shortfall, deviationOf(returns))));
}

/** Σmax(r − t, 0) ÷ Σmax(t − r, 0); null where nothing falls short. */
export const omegaRatio = (returns: Float64Array, threshold: number): number | null =>
  returns.length < 2
    ? null
    : over(sumOf(returns.map((value) => Math.max(value - threshold, 0))), sumOf(returns.map((value) => Math.max(threshold - value, 0))));

/** Σ(r − rf) ÷ |Σ losses of r − rf|; null without a loss. */
export function gainToPain(returns: Float64Array, riskFree: number): number | null {
  const excess = returns.map((value) => value - riskFree);
  return over(sumOf(excess), -sumOf(excess.filter((value) => value < 0)));
}

/** R² of the least-squares line through cumulative log returns. */
export function stability(returns: Float64Array): number | null {
  if (returns.length < 2 || returns.some((value) => value <= -1)) return null;
  let sum = 0;
  const wealth = returns.map((value) => (sum += Math.log1p(value)));
  const time = wealth.map((_, bar) => bar);
  const [wealthMean, timeMean] = [meanOf(wealth)!, meanOf(time)!];
  const products = sumOf(wealth.map((value, bar) => (value - wealthMean) * (bar - timeMean)));
  const squares = sumOf(time.map((bar) => (bar - timeMean) ** 2));
  return over(products ** 2, squares * sumOf(wealth.map((value) => (value - wealthMean) ** 2)));
}

/** mean + deviation × Φ⁻¹(share). */
export function gaussianQuantile(values: Float64Array, share: number): number | null {
  const deviation = deviationOf(values);
  return deviation === null ? null : meanOf(values)! + deviation * normalQuantile(share);
}

/** Mean win ÷ |mean loss|. */
export const payoffRatio = (values: Float64Array): number | null =>
  over(meanOf(values.filter((value) => value > 0)), absolute(meanOf(values.filter((value) => value < 0))));

/** Wins ÷ values that are not 0. */
export const winningShare = (values: Float64Array): number | null =>
  over(
    countOf(values, (value) => value > 0),
    countOf(values, (value) => value !== 0),
  );

/** (b w − (1 − w)) ÷ b. */
export const kellyShare = (payoff: number | null, wins: number | null): number | null =>
  payoff === null || wins === null ? null : over(payoff * wins - (1 - wins), payoff);

/** ((1 − w) ÷ (1 + w))^n. */
export const riskOfRuin = (wins: number | null, count: number): number | null =>
  wins === null ? null : ((1 - wins) / (1 + wins)) ** count;

/** Most values in a row that pass a test; null of nothing. */
export function longestRun(values: Float64Array, test: (value: number) => boolean): number | null {
  if (values.length === 0) return null;
  let longest = 0,
    run = 0;
  for (const value of values) {
    run = test(value) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** √(1 + 2 Σ_{k<n} ((n − k) ÷ n) |ρ₁|^k), ρ₁ being the correlation of neighbours; null where it is not defined. */
export function autocorrelationPenalty(returns: Float64Array): number | null {
  const count = returns.length;
  const [before, after] = [returns.subarray(0, -1), returns.subarray(1)];
  const [left, right] = [meanOf(before), meanOf(after)];
  if (left === null || right === null) return null;
  const products = sumOf(before.map((value, bar) => (value - left) * (after[bar]! - right)));
  const scale = Math.sqrt(sumOf(before.map((value) => (value - left) ** 2)) * sumOf(after.map((value) => (value - right) ** 2)));
  const correlation = over(products, scale);
  if (correlation === null) return null;
  let sum = 0;
  for (let lag = 1; lag < count; lag++) sum += ((count - lag) / count) * Math.abs(correlation) ** lag;
  return Math.sqrt(1 + 2 * sum);
}

/** Profits of trips after fees, in money units. */
export const profitsOf = (trips: readonly RoundTrip[]): Float64Array => Float64Array.from(trips, ({ profit }) => profit);

/** Kelly's share over the profits of trips; those without profit or loss count as neither. */
export const tripKelly = (profits: Float64Array): number | null => kellyShare(payoffRatio(profits), winningShare(profits));

import { assert } from "../../base/index.ts";
import { momentsOf, normalCdf, normalQuantile } from "../statistics/index.ts";

/** A Sharpe ratio a bar (not annualised, ddof 1) with what its own uncertainty needs. */
export interface SharpeFacts {
  readonly sharpe: number;
  readonly count: number;
  readonly skewness: number;
  /** Raw: 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** The facts of a series of simple returns; `null` with fewer than two returns or without variance. */
export function sharpeFacts(returns: ArrayLike<number>): SharpeFacts | null {
  const { count, mean, deviation, skewness, kurtosis } = momentsOf(returns);
  if (mean === null || deviation === null || skewness === null || kurtosis === null || !(deviation > 0)) return null;
  return { sharpe: mean / deviation, count, skewness, kurtosis };
}

/** Variance of an estimated Sharpe ratio times (n − 1): 1 − γ₃ S + (γ₄ − 1) S² / 4 (Mertens, 2002). It cannot fall to 0 for a real distribution. */
const scaledVariance = ({ sharpe, skewness, kurtosis }: SharpeFacts): number =>
  Math.max(1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2, Number.MIN_VALUE);

/**
 * Probabilistic Sharpe ratio: how probable it is that the true ratio is above `benchmark` (a bar, not annualised), returns being
 * independent but not normal (Bailey & López de Prado, 2012): Φ((S − S*) √(n − 1) / √(1 − γ₃ S + (γ₄ − 1) S² / 4)).
 */
export const probabilisticSharpe = (facts: SharpeFacts, benchmark = 0): number =>
  normalCdf(((facts.sharpe - benchmark) * Math.sqrt(facts.count - 1)) / Math.sqrt(scaledVariance(facts)));

/**
 * Bars needed to say with confidence `level` that the true ratio is above `benchmark` (minimum track record length, Bailey & López
 * de Prado, 2012): 1 + (1 − γ₃ S + (γ₄ − 1) S² / 4) (z / (S − S*))²; `null` where the ratio is not above it, as no length will do.
 */
export function minimumTrackRecord(facts: SharpeFacts, benchmark = 0, level = 0.95): number | null {
  const excess = facts.sharpe - benchmark;
  return excess > 0 ? 1 + scaledVariance(facts) * (normalQuantile(level) / excess) ** 2 : null;
}

/**
 * The best Sharpe ratio that `trials` tries without any skill are expected to show, when the ratios of the tries vary by `variance`
 * (Bailey & López de Prado, 2014): √V ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))), γ being Euler's constant. 0 for a single try.
 */
export function expectedBestSharpe(trials: number, variance: number): number {
  assert(trials >= 1 && variance >= 0, `${trials} trials of variance ${variance}`);
  if (trials === 1) return 0;
  const euler = 0.577_215_664_901_532_9;
  return Math.sqrt(variance) * ((1 - euler) * normalQuantile(1 - 1 / trials) + euler * normalQuantile(1 - 1 / (trials * Math.E)));
}

/** Deflated Sharpe ratio: the probabilistic one against the best that so many tries are expected to show by luck alone. */
export const deflatedSharpe = (facts: SharpeFacts, trials: number, variance: number): number =>
  probabilisticSharpe(facts, expectedBestSharpe(trials, variance));

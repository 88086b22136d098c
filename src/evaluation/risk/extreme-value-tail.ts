import { quantileOf } from "../statistics/index.ts";
import { paretoByLikelihood, paretoByMoments, type ParetoTail } from "./generalised-pareto.ts";
import { type TailRisk, undefinedTail } from "./tail.ts";

/** How the tail beyond the threshold is fitted. */
export type ParetoFit = "likelihood" | "weighted-moments";

/** Losses beyond a threshold and the distribution fitted to what they exceed it by. */
export interface ExcessTail extends ParetoTail {
  /** A loss, above 0 where it is one. */
  readonly threshold: number;
  /** Share of the returns that lose more than it. */
  readonly share: number;
  /** How many returns those are. */
  readonly excesses: number;
}

/** Fewer returns than these beyond the threshold say nothing of its tail. */
const leastExcesses = 10;

/** Fits the losses beyond the threshold that about `tailShare` of the returns pass (peaks over threshold); `null` where too few do. */
export function fitExcesses(returns: Float64Array, tailShare: number, fit: ParetoFit): ExcessTail | null {
  const edge = quantileOf(returns, tailShare);
  if (edge === null) return null;
  const excesses = returns.filter((value) => value < edge).map((value) => edge - value);
  if (excesses.length < leastExcesses) return null;
  const tail = fit === "likelihood" ? paretoByLikelihood(excesses) : paretoByMoments(excesses);
  return tail && { ...tail, threshold: -edge, share: excesses.length / returns.length, excesses: excesses.length };
}

/**
 * The tail as extreme-value theory continues it (McNeil, Frey & Embrechts, 2005, section 7.2): losing more than
 * u + β/ξ ((cutoff / share)^−ξ − 1) has the probability of the cutoff, and such losses are (VaR + β − ξ u) / (1 − ξ) on average, which
 * is infinite, so not defined, from ξ = 1 on. The cutoff has to lie beyond the threshold.
 */
export function extremeValueTail(returns: Float64Array, cutoff: number, tailShare: number, fit: ParetoFit): TailRisk {
  const tail = fitExcesses(returns, tailShare, fit);
  if (tail === null) return undefinedTail(`fewer than ${leastExcesses} returns lie beyond the threshold, or none differs from another`);
  const { shape, scale, threshold, share } = tail;
  if (cutoff > share)
    return undefinedTail(`a cutoff of ${cutoff} is not beyond the threshold, which ${share.toFixed(3)} of the returns pass`);
  const reach = Math.log(share / cutoff);
  const loss = threshold + scale * (Math.abs(shape) < 1e-9 ? reach : Math.expm1(shape * reach) / shape);
  return shape < 1
    ? { valueAtRisk: -loss, shortfall: -(loss + scale - shape * threshold) / (1 - shape), reason: null }
    : { valueAtRisk: -loss, shortfall: null, reason: `a tail of shape ${shape.toFixed(2)} has no mean` };
}

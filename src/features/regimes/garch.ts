import { UserError } from "../../base/index.ts";
import { nelderMead } from "./nelder-mead.ts";

/** GARCH(1,1) (Bollerslev, 1986): h′ = ω + α·e² + β·h, where e is the latest shock and h the variance that was expected of it. */
export interface Garch {
  /** In squared units of the shocks. */
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * The variance expected of the next shock, after each. It begins with the long-run variance ω / (1 − α − β), or with the first squared shock
 * where there is none (α + β ≥ 1).
 */
export function garchVariance({ omega, alpha, beta }: Garch): (shock: number) => number {
  const persistence = alpha + beta;
  let variance = persistence < 1 ? omega / (1 - persistence) : NaN;
  return (shock) => {
    const square = shock * shock;
    if (Number.isNaN(variance)) variance = square;
    variance = omega + alpha * square + beta * variance;
    return variance;
  };
}

/** Log-likelihood of shocks, each normal with the variance expected of it; the first of the long-run variance. For α + β < 1. */
export function garchLogLikelihood(model: Garch, shocks: ArrayLike<number>): number {
  const next = garchVariance(model);
  let variance = model.omega / (1 - model.alpha - model.beta);
  let sum = 0;
  for (let index = 0; index < shocks.length; index++) {
    const shock = shocks[index]!;
    sum += Math.log(2 * Math.PI * variance) + (shock * shock) / variance;
    variance = next(shock);
  }
  return -sum / 2;
}

/** A fit: the model, the mean that was taken from the returns before, and the log-likelihoods of the best start and of the model. */
export interface GarchFit {
  readonly model: Garch;
  readonly mean: number;
  readonly startLogLikelihood: number;
  readonly logLikelihood: number;
}

const leastReturns = 50;
const logistic = (value: number) => 1 / (1 + Math.exp(-value));
const logit = (share: number) => Math.log(share / (1 - share));

/**
 * Fits GARCH(1,1) to returns by maximum likelihood, all of ω, α and β, begun from the best of a few usual models with the returns' own
 * variance. Within ω > 0, α > 0, β > 0 and α + β < 1 by its coordinates: ln of the long-run variance, α + β, and α's part of it.
 * Fewer than 50 returns, or returns that never change, are `data/too-short`.
 */
export function fitGarch(returns: ArrayLike<number>): GarchFit {
  const all = Float64Array.from(returns);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const variance = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length;
  if (all.length < leastReturns || !(variance > 0)) {
    throw new UserError("data/too-short", `GARCH needs ${leastReturns} returns that change; there are ${all.length}.`, {
      hint: "Use more bars for training.",
    });
  }
  const modelAt = ([level, persistence, part]: readonly number[]): Garch => {
    const both = logistic(persistence!);
    const alpha = both * logistic(part!);
    return { omega: variance * Math.exp(level!) * (1 - both), alpha, beta: both - alpha };
  };
  const shocks = all.map((value) => value - mean);
  const costAt = (place: readonly number[]) => -garchLogLikelihood(modelAt(place), shocks) / shocks.length;

  const starts = [0.5, 0.9, 0.98].flatMap((persistence) => [0.05, 0.15, 0.4].map((part) => [0, logit(persistence), logit(part)]));
  const start = starts.map((place) => ({ place, value: costAt(place) })).reduce((best, each) => (each.value < best.value ? each : best));
  const search = { edge: 0.5, tolerance: 1e-10, maxSteps: 1000 };
  const first = nelderMead(costAt, start.place, search);
  const { place, value } = nelderMead(costAt, first.place, search); // A fresh simplex, lest the first collapsed on its way.
  return {
    model: modelAt(place),
    mean,
    startLogLikelihood: -start.value * shocks.length,
    logLikelihood: -value * shocks.length,
  };
}

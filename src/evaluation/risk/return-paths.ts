import { type Random, UserError } from "../../base/index.ts";
import { fitGarch, garchVariance } from "../../features/index.ts";
import { automaticBlockLength } from "../block-length.ts";
import { stationaryIndices } from "../bootstrap.ts";
import { checkFinite } from "../finite-values.ts";
import { momentsOf } from "../statistics/index.ts";

/** Draws one path into `out`: simple returns, one a bar. */
export type PathSource = (out: Float64Array, random: Random) => void;

/**
 * Paths put together of runs of the returns as they were (stationary bootstrap: Politis & Romano, 1994); runs are as long on average as
 * squared returns ask for unless given, so that volatility keeps clustering.
 */
export function blockPaths(returns: ArrayLike<number>, { blockLength }: { readonly blockLength?: number } = {}): PathSource {
  const sample = checkedReturns(returns, (value) => value >= -1);
  const length = blockLength ?? automaticBlockLength(sample.map((value) => value ** 2));
  let indices = new Int32Array(0);
  return (out, random) => {
    if (indices.length !== out.length) indices = new Int32Array(out.length);
    stationaryIndices(indices, length, random, sample.length);
    for (let bar = 0; bar < out.length; bar++) out[bar] = sample[indices[bar]!]!;
  };
}

/**
 * Paths of a GARCH(1,1) fitted to the log returns, its shocks drawn from the standardised residuals (filtered historical simulation:
 * Barone-Adesi, Giannopoulos & Vosper, 1999), brought to mean 0 and variance 1. They begin with the variance expected after the last
 * bar, or with the long-run one.
 */
export function garchPaths(returns: ArrayLike<number>, { start = "last" }: { readonly start?: "last" | "long-run" } = {}): PathSource {
  const logReturns = checkedReturns(returns, (value) => value > -1).map(Math.log1p);
  const { model, mean } = fitGarch(logReturns);
  const { omega, alpha, beta } = model;
  const longRun = omega / (1 - alpha - beta);
  const next = garchVariance(model);
  let variance = longRun;
  const residuals = logReturns.map((value) => {
    const residual = (value - mean) / Math.sqrt(variance);
    variance = next(value - mean);
    return residual;
  });
  const { mean: centre, deviation } = momentsOf(residuals);
  const shocks = residuals.map((residual) => (residual - centre!) / deviation!);
  const first = start === "last" ? variance : longRun;
  return (out, random) => {
    let expected = first;
    for (let bar = 0; bar < out.length; bar++) {
      const shock = Math.sqrt(expected) * shocks[random.below(shocks.length)]!;
      expected = omega + alpha * shock * shock + beta * expected;
      out[bar] = Math.expm1(mean + shock);
    }
  };
}

function checkedReturns(returns: ArrayLike<number>, isPossible: (value: number) => boolean): Float64Array {
  checkFinite(returns, "returns");
  const sample = Float64Array.from(returns);
  const wrong = sample.findIndex((value) => !isPossible(value));
  if (wrong >= 0) {
    throw new UserError("data/invalid-value", `returns: bar ${wrong} returns ${sample[wrong]}, from which nothing can go on`, {
      path: `returns.${wrong}`,
      hint: "Give the returns of a stretch that was survived.",
    });
  }
  if (sample.length === 0) throw new UserError("data/too-short", "there are no returns to draw from", { hint: "Use a longer stretch." });
  return sample;
}

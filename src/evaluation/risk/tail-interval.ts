import { parseParams, type Random } from "../../base/index.ts";
import { automaticBlockLength } from "../block-length.ts";
import { stationaryIndices } from "../bootstrap.ts";
import { quantileOf } from "../statistics/index.ts";
import type { TailRisk } from "./tail.ts";
import { type TailInput, tailMeasure, tailParams } from "./tail-risk.ts";

/** Between what a figure lies with the probability of a level. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Value at risk and shortfall with how sure they are. */
export interface TailInterval {
  readonly estimate: TailRisk;
  /** `null` where the figure is not defined, or was not in every twentieth resample or more. */
  readonly valueAtRisk: Bounds | null;
  readonly shortfall: Bounds | null;
  readonly level: number;
  readonly blockLength: number;
  readonly resamples: number;
}

/**
 * `tailRisk` with percentile intervals by the stationary bootstrap (Politis & Romano, 1994). Blocks are as long as squared returns ask
 * for, since what a tail depends on is volatility, and no shorter than runs overlap.
 */
export function tailInterval(
  returns: ArrayLike<number>,
  params: TailInput,
  { random, resamples = 1000, level = 0.95 }: { readonly random: Random; readonly resamples?: number; readonly level?: number },
): TailInterval {
  const parsed = parseParams(tailParams, params, "risk");
  const { sample, of } = tailMeasure(returns, parsed);
  const overlap = sample.length < returns.length ? parsed.horizon : 1;
  const blockLength = Math.max(automaticBlockLength(sample.map((value) => value ** 2)), overlap);
  const indices = new Int32Array(sample.length);
  const tails = Array.from({ length: resamples }, () => {
    stationaryIndices(indices, blockLength, random);
    return of(Float64Array.from(indices, (row) => sample[row]!));
  });
  const estimate = of(sample);
  const bounds = (figure: "valueAtRisk" | "shortfall"): Bounds | null => {
    const drawn = tails.map((tail) => tail[figure]).filter((value) => value !== null);
    if (estimate[figure] === null || drawn.length <= 0.95 * resamples) return null;
    return { low: quantileOf(drawn, (1 - level) / 2)!, high: quantileOf(drawn, (1 + level) / 2)! };
  };
  return { estimate, valueAtRisk: bounds("valueAtRisk"), shortfall: bounds("shortfall"), level, blockLength, resamples };
}

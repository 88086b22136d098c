import { z } from "zod";
import { assert, parseParams, type ParamsInput, type ParamsOf } from "../../base/index.ts";
import { checkFinite } from "../finite-values.ts";
import { meanOf, quantileOfSorted } from "../statistics/index.ts";
import { extremeValueTail } from "./extreme-value-tail.ts";
import { cornishFisherTail, gaussianTail } from "./gaussian-tail.ts";
import { compounded, type TailRisk, undefinedTail } from "./tail.ts";

/** How value at risk and shortfall are measured. */
export const tailParams = {
  method: z.enum(["historical", "gaussian", "cornish-fisher", "extreme-value"]).default("historical").describe("How the tail is estimated"),
  cutoff: z.number().gt(0).lt(1).default(0.05).describe("Probability of the tail"),
  horizon: z.int().min(1).max(10_000).default(1).describe("Bars over which is lost"),
  tailShare: z.number().gt(0).lte(0.5).default(0.1).describe("Extreme value: share of the returns beyond the threshold"),
  fit: z.enum(["likelihood", "weighted-moments"]).default("likelihood").describe("Extreme value: how the tail is fitted"),
};

/** Parameters in full. */
export type TailParams = ParamsOf<typeof tailParams>;

/** Parameters as a person writes them. */
export type TailInput = ParamsInput<typeof tailParams>;

/**
 * How one method sees returns: as `sample`, of which `tail` is measured. Historical and extreme value look at runs of `horizon` bars as
 * they were, overlapping; the normal ones at single bars, which they take as independent.
 */
interface TailMethod {
  sample(returns: Float64Array, horizon: number): Float64Array;
  tail(sample: Float64Array, params: TailParams): TailRisk;
}

const asTheyAre = (returns: Float64Array): Float64Array => returns;

const methods: Readonly<Record<TailParams["method"], TailMethod>> = {
  "historical": { sample: compounded, tail: (sample, { cutoff }) => historicalTail(sample, cutoff) },
  "gaussian": { sample: asTheyAre, tail: (sample, { cutoff, horizon }) => gaussianTail(sample, cutoff, horizon) },
  "cornish-fisher": { sample: asTheyAre, tail: (sample, { cutoff, horizon }) => cornishFisherTail(sample, cutoff, horizon) },
  "extreme-value": {
    sample: compounded,
    tail: (sample, { cutoff, tailShare, fit }) => extremeValueTail(sample, cutoff, tailShare, fit),
  },
};

/** As it happened, by empyrical's definitions: the quantile between neighbours in proportion, the mean of the ⌊(n − 1) cutoff⌋ + 1 worst. */
function historicalTail(sample: Float64Array, cutoff: number): TailRisk {
  const sorted = sample.toSorted();
  const worst = sorted.subarray(0, Math.floor((sorted.length - 1) * cutoff) + 1);
  return { valueAtRisk: quantileOfSorted(sorted, cutoff), shortfall: meanOf(worst), reason: null };
}

/** What of a series a method's figure is measured on, and the measure: for those who draw the sample anew. */
export function tailMeasure(
  returns: ArrayLike<number>,
  params: TailParams,
): { readonly sample: Float64Array; readonly of: (sample: Float64Array) => TailRisk } {
  checkFinite(returns, "returns");
  const { sample, tail } = methods[params.method];
  const none = undefinedTail(`there are fewer returns than a horizon of ${params.horizon}`);
  return {
    sample: sample(Float64Array.from(returns), params.horizon),
    of: (drawn) => (drawn.length === 0 ? none : tail(drawn, params)),
  };
}

/** Value at risk and shortfall of simple returns, one a bar. A return that is no number is `data/invalid-value`. */
export function tailRisk(returns: ArrayLike<number>, params: TailInput = {}): TailRisk {
  const { sample, of } = tailMeasure(returns, parseParams(tailParams, params, "risk"));
  return of(sample);
}

/**
 * What would have been said before each bar from row `window` on, by the `window` bars before it: the forecasts that `coverageTests`
 * judges. A forecast is `null` where it is not defined. For a horizon of one bar.
 */
export function rollingValueAtRisk(returns: ArrayLike<number>, window: number, params: Omit<TailInput, "horizon"> = {}): (number | null)[] {
  assert(Number.isInteger(window) && window >= 1, `a window of ${window} bars`);
  const all = Float64Array.from(returns);
  const { of } = tailMeasure(all, parseParams(tailParams, { ...params, horizon: 1 }, "risk"));
  return Array.from({ length: Math.max(all.length - window, 0) }, (_, start) => of(all.subarray(start, start + window)).valueAtRisk);
}

import { z } from "zod";
import type { Space } from "../space.ts";

const share = (value: number) => z.number().gt(0).lte(10).default(value);
const limits = { maxWeight: share(1), maxGross: share(1), maxNet: share(1) };

/**
 * What the numbers of an action, each from −1 to 1, mean:
 * - long-only: target weights by a softmax over the assets and, last, cash: weight ∝ exp(sharpness · number);
 * - long-short: a target weight of number · `maxWeight` for each asset;
 * - orders: a change of number · `maxChange` of equity for each asset, of which short positions are a part only if allowed.
 * The latter two are held to |weight| ≤ `maxWeight`, Σ |weight| ≤ `maxGross` by scaling all, and |Σ weight| ≤ `maxNet` by scaling the
 * heavier side. All are shares of equity.
 */
export const PortfolioActions = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("long-only"), sharpness: z.number().gt(0).max(100).default(5) }),
  z.strictObject({ kind: z.literal("long-short"), ...limits }),
  z.strictObject({ kind: z.literal("orders"), maxChange: share(0.1), allowShort: z.boolean().default(false), ...limits }),
]);

export type PortfolioActions = z.output<typeof PortfolioActions>;

/** One moment of one environment: which assets can be ordered, what is held, and what is done. */
export interface Decision {
  readonly actions: Float32Array | Int32Array;
  /** Where the environment's numbers begin in `actions`. */
  readonly offset: number;
  /** 1 where an asset is seen, from `seenOffset` on. */
  readonly seen: Uint8Array;
  readonly seenOffset: number;
  /** Of equity, at the last close, from `weightsOffset` on. */
  readonly weights: Float64Array;
  readonly weightsOffset: number;
}

/** Writes a number for every asset that is seen, and returns what to multiply them by to have target weights; the others keep theirs. */
export type Targeting = (decision: Decision, out: Float64Array) => number;

/** Bounds of the numbers of an action for so many assets. */
export const portfolioActionSpace = ({ kind }: PortfolioActions, assets: number): Space => ({
  kind: "box",
  size: kind === "long-only" ? assets + 1 : assets,
  low: -1,
  high: 1,
});

/** How actions become target weights. */
export function targetingOf(actions: PortfolioActions): Targeting {
  if (actions.kind === "long-only") return softmax(actions.sharpness);
  const { maxWeight } = actions;
  if (actions.kind === "long-short") return limited((value) => value * maxWeight, -maxWeight, actions);
  const { maxChange, allowShort } = actions;
  return limited((value, weight) => weight + value * maxChange, allowShort ? -maxWeight : 0, actions);
}

const bounded = (value: number): number => (value > 1 ? 1 : value < -1 ? -1 : value);

const powersOfTwo = Float64Array.from({ length: 401 }, (_, index) => 2 ** (index - 200));

/** e to the power of a number from −100 to 100, to twelve digits: in two thirds of the time of `Math.exp`, which is a call. */
export function power(value: number): number {
  const twos = Math.round(value * Math.LOG2E);
  const rest = value - twos * 0.6931471803691238 - twos * 1.9082149292705877e-10; // ln 2 in two parts.
  // Taylor's series: ten terms are enough, as |rest| is at most half of ln 2.
  const high = 1 / 120 + rest * (1 / 720 + rest * (1 / 5040 + rest * (1 / 40_320 + rest * (1 / 362_880 + rest * (1 / 3_628_800)))));
  return (1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6 + rest * (1 / 24 + rest * high))))) * powersOfTwo[twos + 200]!;
}

/** Shares of what is not stuck in assets that cannot be seen. No power overflows: numbers are bounded, and so is the sharpness. */
function softmax(sharpness: number): Targeting {
  return ({ actions, offset, seen, seenOffset, weights, weightsOffset }, out) => {
    const assets = out.length;
    let stuck = 0;
    let total = power(sharpness * bounded(actions[offset + assets]!));
    for (let asset = 0; asset < assets; asset++) {
      if (seen[seenOffset + asset] === 0) stuck += weights[weightsOffset + asset]!;
      else total += out[asset] = power(sharpness * bounded(actions[offset + asset]!));
    }
    return Math.max(0, 1 - stuck) / total;
  };
}

/** Wished weights within limits; what cannot be seen counts towards them and is not touched. */
function limited(
  wish: (value: number, weight: number) => number,
  least: number,
  { maxWeight, maxGross, maxNet }: { readonly maxWeight: number; readonly maxGross: number; readonly maxNet: number },
): Targeting {
  return ({ actions, offset, seen, seenOffset, weights, weightsOffset }, out) => {
    let long = 0;
    let short = 0;
    let stuckGross = 0;
    let stuckNet = 0;
    for (let asset = 0; asset < out.length; asset++) {
      const weight = weights[weightsOffset + asset]!;
      if (seen[seenOffset + asset] === 0) {
        stuckGross += Math.abs(weight);
        stuckNet += weight;
        continue;
      }
      const target = Math.min(maxWeight, Math.max(least, wish(bounded(actions[offset + asset]!), weight)));
      out[asset] = target;
      if (target > 0) long += target;
      else short -= target;
    }
    const gross = long + short;
    const scale = gross > 0 ? Math.min(1, Math.max(0, maxGross - stuckGross) / gross) : 1;
    const net = stuckNet + scale * (long - short);
    const longScale = scale * (net > maxNet && long > 0 ? Math.max(0, 1 - (net - maxNet) / (scale * long)) : 1);
    const shortScale = scale * (net < -maxNet && short > 0 ? Math.max(0, 1 - (-maxNet - net) / (scale * short)) : 1);
    for (let asset = 0; asset < out.length; asset++)
      if (seen[seenOffset + asset] !== 0) out[asset]! *= out[asset]! > 0 ? longScale : shortScale;
    return 1;
  };
}

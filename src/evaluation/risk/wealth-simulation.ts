import { assert, type Random } from "../../base/index.ts";
import { meanOf, quantileOfSorted } from "../statistics/index.ts";
import type { PathSource } from "./return-paths.ts";

/** What to simulate. */
export interface WealthRequest {
  readonly source: PathSource;
  readonly paths: number;
  /** Bars of a path. */
  readonly bars: number;
  readonly random: Random;
  /** Ruin is to fall below this share of the wealth at the start, at the close of any bar; a half unless given. */
  readonly ruinBelow?: number;
  /** Shares of the paths that lie below each quantile; 5, 25, 50, 75 and 95 % unless given. */
  readonly shares?: readonly number[];
  /** How many bars the fan is read at, evenly spread; 60 unless given, all where there are no more. */
  readonly fanBars?: number;
}

/** Over all paths: the mean, and one quantile for each of the `shares`. */
export interface Distribution {
  readonly mean: number;
  readonly quantiles: readonly number[];
}

/** A probability as the share of paths in which something happened. */
export interface Probability {
  readonly probability: number;
  /** √(p (1 − p) / paths). */
  readonly standardError: number;
  /** Wilson's (1927) interval of 95 %, which also says something where it happened in none of the paths, or in all. */
  readonly low: number;
  readonly high: number;
}

/** What became of wealth, 1 at the start, over the paths. */
export interface WealthSimulation {
  readonly paths: number;
  readonly bars: number;
  readonly shares: readonly number[];
  /** Quantiles of wealth after so many bars; the last are those of the end. */
  readonly fan: { readonly bars: readonly number[]; readonly quantiles: readonly (readonly number[])[] };
  readonly finalWealth: Distribution;
  /** Deepest fall from a peak, 0 or below. */
  readonly maxDrawdown: Distribution;
  /** Most bars in a row below an earlier peak. */
  readonly longestUnderWater: Distribution;
  /** Of ending below the start. */
  readonly loss: Probability;
  readonly ruin: Probability & { readonly below: number };
}

/** Draws paths and follows wealth along each. Nothing comes back from 0. */
export function simulateWealth(request: WealthRequest): WealthSimulation {
  const { source, paths, bars, random, ruinBelow = 0.5, shares = [0.05, 0.25, 0.5, 0.75, 0.95], fanBars = 60 } = request;
  assert(paths >= 1 && bars >= 1 && fanBars >= 1, `${paths} paths of ${bars} bars, a fan of ${fanBars}`);
  const stops = fanStops(bars, fanBars);
  const fan = stops.map(() => new Float64Array(paths));
  const [maxDrawdown, longestUnderWater] = [new Float64Array(paths), new Float64Array(paths)];
  const path = new Float64Array(bars);
  let losses = 0,
    ruins = 0;
  for (let index = 0; index < paths; index++) {
    source(path, random);
    const lived = follow(path);
    stops.forEach((bar, stop) => (fan[stop]![index] = path[bar - 1]!));
    maxDrawdown[index] = lived.maxDrawdown;
    longestUnderWater[index] = lived.longestUnderWater;
    if (path[bars - 1]! < 1) losses++;
    if (lived.lowest < ruinBelow) ruins++;
  }
  const quantiles = fan.map((values) => distribution(values, shares));
  return {
    paths,
    bars,
    shares,
    fan: { bars: stops, quantiles: quantiles.map((each) => each.quantiles) },
    finalWealth: quantiles.at(-1)!,
    maxDrawdown: distribution(maxDrawdown, shares),
    longestUnderWater: distribution(longestUnderWater, shares),
    loss: shareOfPaths(losses, paths),
    ruin: { below: ruinBelow, ...shareOfPaths(ruins, paths) },
  };
}

/** Makes of a path's returns its wealth, in place, and tells of the way. */
function follow(path: Float64Array): { readonly lowest: number; readonly maxDrawdown: number; readonly longestUnderWater: number } {
  let wealth = 1,
    peak = 1,
    lowest = 1,
    maxDrawdown = 0,
    under = 0,
    longestUnderWater = 0;
  for (let bar = 0; bar < path.length; bar++) {
    wealth *= 1 + path[bar]!;
    path[bar] = wealth;
    if (wealth >= peak) {
      peak = wealth;
      under = 0;
      continue;
    }
    under++;
    if (under > longestUnderWater) longestUnderWater = under;
    if (wealth < lowest) lowest = wealth;
    const depth = wealth / peak - 1;
    if (depth < maxDrawdown) maxDrawdown = depth;
  }
  return { lowest, maxDrawdown, longestUnderWater };
}

/** Bar counts, evenly spread up to the last. */
function fanStops(bars: number, most: number): number[] {
  const count = Math.min(bars, most);
  return Array.from({ length: count }, (_, stop) => Math.round(((stop + 1) * bars) / count));
}

function distribution(values: Float64Array, shares: readonly number[]): Distribution {
  const sorted = values.toSorted();
  return { mean: meanOf(sorted)!, quantiles: shares.map((share) => quantileOfSorted(sorted, share)!) };
}

function shareOfPaths(count: number, paths: number): Probability {
  const probability = count / paths;
  const z = 1.959_963_984_540_054;
  const weight = 1 + z ** 2 / paths;
  const centre = (probability + z ** 2 / (2 * paths)) / weight;
  const reach = (z * Math.sqrt((probability * (1 - probability)) / paths + z ** 2 / (4 * paths ** 2))) / weight;
  return {
    probability,
    standardError: Math.sqrt((probability * (1 - probability)) / paths),
    // At the ends rounding would leave a little.
    low: count === 0 ? 0 : centre - reach,
    high: count === paths ? 1 : centre + reach,
  };
}

import { UserError } from "../base/index.ts";
import { adjustForward } from "../data/index.ts";
import { checkTogether, slicesOf } from "../trading/index.ts";
import { AllocationDecisions, type Weigh } from "./allocation-decisions.ts";
import { type AllocatedAsset, type WeightMarket, type WeightTrack, WeightWalk } from "./weight-walk.ts";

/** Weights that are known beforehand, for the rows of `calendarOf`. */
export interface WeightBacktestRequest extends WeightMarket {
  /** [rows × assets] Signed share of equity to hold from the next open on, decided at the row's close; NaN leaves an asset as it stands. */
  readonly weights: ArrayLike<number>;
}

/** What to backtest: a rule for weights over assets that share a currency. */
export interface AllocationBacktestRequest extends WeightMarket {
  /** Weights from the returns so far and from what is held, as `Allocation.start` gives it. */
  readonly weigh: Weigh;
  /** Bars of returns that an asset must have before it is given any weight. */
  readonly needed: number;
  /** Bars from one decision to the next; in between what is held is left alone. */
  readonly rebalanceEvery?: number;
}

/** The closing times of all bars of several assets, ms since the epoch, ascending: the rows of a matrix of weights. */
export const calendarOf = (assets: readonly Pick<AllocatedAsset, "bars">[]): Float64Array =>
  Float64Array.from(new Set(assets.flatMap(({ bars }) => [...bars.closeTime]))).sort();

/**
 * Backtests weights that are known beforehand, without a session. It gives what a rule that wants just these weights has in a portfolio
 * session with `unfilled: "void"`, to the last unit, as long as nothing is sold short, and ends where all is lost; what it does not have is
 * other orders and risk rules. A weight that is no number but NaN is `data/invalid-value`.
 */
export function backtestWeights({ weights, ...market }: WeightBacktestRequest): WeightTrack {
  const walk = new WeightWalk(market);
  const count = market.assets.length;
  const rows = walk.calendar.length;
  const all = Float64Array.from(weights);
  if (all.length !== rows * count) throw invalid(`${all.length} weights for ${rows} rows of ${count} assets`);
  const infinite = all.findIndex((weight) => Math.abs(weight) === Infinity);
  if (infinite >= 0) throw invalid(`a weight of ${all[infinite]} in row ${Math.floor(infinite / count)}`);
  if (rows < 2) throw tooShort("no row comes after the first", "Use longer data.");
  walk.begin(0);
  for (let row = 0; row < rows - 1; row++) if (!walk.step(all.subarray(row * count, (row + 1) * count))) break;
  return walk.finish();
}

/**
 * Backtests an allocation as `backtestWeights` does its weights. It begins with the first bar at which an asset has enough returns.
 * Returns are total returns of bars with splits and dividends; 0 where an asset has no bar. A holding without bars for long is given up.
 */
export function backtestAllocation({ weigh, needed, rebalanceEvery = 1, ...market }: AllocationBacktestRequest): WeightTrack {
  const { assets } = market;
  checkTogether(
    assets.map(({ bars }) => bars),
    true,
  );
  const walk = new WeightWalk(market);
  const decisions = new AllocationDecisions(assets.length, weigh, needed);
  const keep = new Float64Array(assets.length).fill(NaN);
  const last = walk.calendar.length - 1;
  let [row, first] = [0, -1];
  for (const { fresh } of slicesOf(assets.map(({ bars, actions = [] }) => adjustForward(bars, actions)))) {
    decisions.update(fresh);
    if (row === last) break;
    if (first < 0 && decisions.isReady) walk.begin((first = row));
    if (first >= 0 && !walk.step((row - first) % rebalanceEvery === 0 ? decisions.decide(walk.weights) : keep)) break;
    row++;
  }
  if (first < 0)
    throw tooShort(`no asset has ${needed} returns and a bar after them`, "Use longer data or an allocation that looks back less far.");
  return walk.finish();
}

const invalid = (message: string): UserError =>
  new UserError("data/invalid-value", message, {
    path: "weights",
    hint: "Give one weight for each asset at each time of `calendarOf`; NaN leaves it as it stands.",
  });

const tooShort = (message: string, hint: string): UserError => new UserError("data/too-short", message, { path: "assets", hint });

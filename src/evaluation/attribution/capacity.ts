import { UserError } from "../../base/index.ts";
import { fromLots } from "../../domain/index.ts";
import { meanOf, quantileOf } from "../statistics/index.ts";
import { type ProfitVisitor, type TradedStretch, walkProfit } from "./profit-walk.ts";

/** How much money a strategy can run before its trades are too large a part of the market's. Shares of volume: 0.1 is a tenth. */
export interface Capacity {
  /** Bars in which something traded. */
  readonly bars: number;
  /** Participation, traded quantity ÷ the bar's volume, over those bars; `null` where nothing traded or a bar had no volume. */
  readonly meanParticipation: number | null;
  readonly highParticipation: number | null;
  readonly mostParticipation: number | null;
  /**
   * Equity in money units at which all but the given share of those bars stay within the limit, trades growing with equity as they
   * do when exposures are shares of it; 0 where trades happened without volume, `null` where nothing traded.
   */
  readonly capacity: number | null;
}

/** What a capacity is estimated by. */
export interface CapacityOptions {
  /** [bars] Volume of each bar, in units of the instrument. */
  readonly volume: ArrayLike<number>;
  /** The largest part of a bar's volume that trades may be; a tenth unless given. */
  readonly limit?: number;
  /** Share of the bars with trades that may exceed it: 5 % unless given. `highParticipation` is what that share exceeds. */
  readonly tolerance?: number;
}

/** Estimates capacity by participation in the volume of the bars in which a strategy traded. */
export function capacityOf(stretch: TradedStretch, { volume, limit = 0.1, tolerance = 0.05 }: CapacityOptions): Capacity {
  const { track, instrument, initialCash } = stretch;
  if (volume.length !== track.time.length) throw invalid("volume", `${volume.length} volumes for ${track.time.length} bars`);
  const traded = new Float64Array(track.time.length);
  walkProfit(stretch, {}, tradedLots(traded));
  const participation: number[] = [];
  const capacities: number[] = [];
  for (let row = 0; row < traded.length; row++) {
    if (traded[row] === 0) continue;
    if (!(volume[row]! >= 0 && volume[row]! < Infinity)) throw invalid(`volume.${row}`, `a volume of ${volume[row]} at bar ${row}`);
    const equity = row === 0 ? initialCash : track.equity[row - 1]!;
    const share = fromLots(instrument, traded[row]!) / volume[row]!;
    participation.push(share);
    capacities.push(Math.max(0, equity * limit) / share);
  }
  const finite = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);
  const high = participation.toSorted((left, right) => left - right);
  return {
    bars: participation.length,
    meanParticipation: finite(meanOf(participation)),
    highParticipation: high.at(-1) === Infinity ? null : quantileOf(participation, 1 - tolerance),
    mostParticipation: finite(high.at(-1) ?? null),
    capacity: quantileOf(capacities, tolerance),
  };
}

const tradedLots = (out: Float64Array): ProfitVisitor => ({
  move: () => undefined,
  close: () => undefined,
  fill: (row, _before, _after, { signedLots }) => void (out[row]! += Math.abs(signedLots)),
});

const invalid = (path: string, what: string) =>
  new UserError("data/invalid-value", `capacity cannot be estimated from ${what}`, {
    path,
    hint: "Give the volume of every bar of the stretch, in units of the instrument.",
  });

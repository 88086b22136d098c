import type { Bars } from "../domain/index.ts";
import type { Agent } from "../trading/index.ts";

/** When an order decided on a bar trades: at the open of the bar after, or in the closing auction of the bar itself. */
export type TradeOn = "open" | "close";

/** How long before a close the order for it is decided, ms: the least that tells before from after. */
export const auctionMs = 1;

/** A stretch in which some bars end with a closing auction: a bar of its own at the close, which an order decided just before it meets. */
export interface AuctionedBars {
  readonly bars: Bars;
  /** The row of the stretch that each of its bars is of. */
  readonly sourceRow: Int32Array;
  /** The last bar of each row of the stretch: at its close. */
  readonly atClose: Int32Array;
}

/** Splits the bars of a stretch that `hasAuction` into the bar as it is `auctionMs` before its close, and an auction at the close. */
export function auctioned(bars: Bars, hasAuction: (row: number) => boolean): AuctionedBars {
  const rows = bars.close.length;
  const sourceRow = Int32Array.from(Array.from({ length: rows }, (_, row) => (hasAuction(row) ? [row, row] : [row])).flat());
  const isAuction = (at: number) => at > 0 && sourceRow[at] === sourceRow[at - 1];
  const column = (values: Float64Array, inAuction: Float64Array) =>
    Float64Array.from(sourceRow, (row, at) => (isAuction(at) ? inAuction : values)[row]!);
  const { instrument, open, high, low, close, volume } = bars;
  const closeTime = Float64Array.from(sourceRow, (row, at) => bars.closeTime[row]! - (sourceRow[at + 1] === row ? auctionMs : 0));
  const split = {
    instrument,
    closeTime,
    open: column(open, close),
    high: column(high, close),
    low: column(low, close),
    close: column(close, close),
    volume: column(volume, volume),
  };
  const atClose = new Int32Array(rows);
  sourceRow.forEach((row, at) => (atClose[row] = at));
  return { bars: split, sourceRow, atClose };
}

/**
 * An agent that is shown each bar once, as it is at its close, and decides before the auction. At the last bar it is not asked but
 * leaves its position, if that is to be `finalised`.
 */
export function beforeAuctions(agent: Agent, { sourceRow, bars }: AuctionedBars, finalise: boolean): Agent {
  let at = -1;
  const isAuction = () => at > 0 && sourceRow[at] === sourceRow[at - 1];
  const isLast = () => sourceRow[at] === sourceRow.at(-1);
  return {
    update(bar) {
      at++;
      if (isAuction()) return;
      const isSplit = sourceRow[at + 1] === sourceRow[at];
      agent.update(isSplit ? { ...bar, closeTime: bars.closeTime[at + 1]! } : bar);
    },
    decide(account, orders) {
      if (isAuction()) return null;
      return finalise && isLast() ? 0 : agent.decide(account, orders);
    },
  };
}

import { UserError } from "../../base/index.ts";
import { type Fill, type Instrument, signOf, toTicks } from "../../domain/index.ts";

/** How an account went and what it traded, from flat: what `backtest` and `backtestSignals` give. Columns have one length. */
export interface TradedStretch {
  readonly instrument: Instrument;
  /** In money units, as are equity and fees. */
  readonly initialCash: number;
  readonly track: { readonly [Column in "time" | "open" | "high" | "low" | "close" | "equity" | "position"]: ArrayLike<number> };
  /** Oldest first. */
  readonly fills: readonly Fill[];
}

/** What is known of fills beyond their prices, one number a fill, in ticks. */
export interface FillFacts {
  /** The market's price when it traded; the open of its bar unless given. */
  readonly marketTicks?: ArrayLike<number>;
  /** How much of price − market was the spread, positive against us. */
  readonly spreadTicks?: ArrayLike<number>;
  /** How much of it was the trade's own impact, positive against us. */
  readonly impactTicks?: ArrayLike<number>;
}

/** A fill with its costs in money units, positive against us: what it paid beyond the market's price is spread, impact and slippage. */
export interface CostedFill {
  readonly index: number;
  readonly signedLots: number;
  readonly priceTicks: number;
  readonly marketTicks: number;
  readonly spread: number;
  readonly impact: number;
  readonly slippage: number;
  readonly fee: number;
}

/** Is told of everything that changed equity, in its order. */
export interface ProfitVisitor {
  /** The market went from one price to another while so many lots were held, which may be none. */
  move(row: number, lots: number, fromTicks: number, toTicks: number): void;
  fill(row: number, before: number, after: number, fill: CostedFill): void;
  /** A bar has closed: what it cost beside trading (borrow, funding and interest, less dividends), and the lots that it leaves. */
  close(row: number, lots: number, carry: number): void;
}

/**
 * Goes through a stretch bar by bar: the market's moves from close to fill, from fill to fill and to the next close, the fills, and
 * what is left of the change in equity, which is what holding cost. All in whole money units, so that the parts add up exactly.
 * A number that is none, or a position that the fills do not lead to, is `data/invalid-value`.
 */
export function walkProfit(stretch: TradedStretch, facts: FillFacts, visitor: ProfitVisitor): void {
  const { instrument, initialCash, track, fills } = stretch;
  refuseOddFacts(facts, fills.length);
  let next = 0,
    lots = 0,
    ticks = NaN,
    equity = initialCash;
  for (let row = 0; row < track.time.length; row++) {
    const openTicks = ticksOf(instrument, track.open, row, "open");
    const closeTicks = ticksOf(instrument, track.close, row, "close");
    if (row === 0) ticks = openTicks;
    let gain = 0;
    for (; next < fills.length && fills[next]!.filledAt <= track.time[row]!; next++) {
      const fill = costed(fills[next]!, next, openTicks, facts);
      visitor.move(row, lots, ticks, fill.marketTicks);
      gain += lots * (fill.marketTicks - ticks) - fill.signedLots * (fill.priceTicks - fill.marketTicks) - fill.fee;
      visitor.fill(row, lots, lots + fill.signedLots, fill);
      lots += fill.signedLots;
      ticks = fill.marketTicks;
    }
    visitor.move(row, lots, ticks, closeTicks);
    gain += lots * (closeTicks - ticks);
    ticks = closeTicks;
    const change = track.equity[row]! - equity;
    equity = track.equity[row]!;
    if (!Number.isFinite(equity)) throw invalid(`equity.${row}`, `an equity of ${equity} at bar ${row}`);
    if (track.position[row] !== lots)
      throw invalid(`position.${row}`, `a position of ${track.position[row]} lots at bar ${row}, where the fills lead to ${lots}`);
    visitor.close(row, lots, gain - change + 0);
  }
  if (next < fills.length) throw invalid(`fills.${next}`, `a fill at ${fills[next]!.filledAt}, after the last bar`);
}

function costed(fill: Fill, index: number, openTicks: number, { marketTicks, spreadTicks, impactTicks }: FillFacts): CostedFill {
  const { quantity, priceTicks, fee } = fill;
  const signedLots = signOf(fill.side) * quantity;
  const market = marketTicks ? marketTicks[index]! : openTicks;
  const [spread, impact] = [quantity * (spreadTicks?.[index] ?? 0), quantity * (impactTicks?.[index] ?? 0)];
  const slippage = signedLots * (priceTicks - market) - spread - impact;
  return { index, signedLots, priceTicks, marketTicks: market, spread, impact, slippage, fee };
}

function refuseOddFacts(facts: FillFacts, fills: number): void {
  for (const [name, column] of Object.entries<ArrayLike<number> | undefined>({ ...facts })) {
    if (!column) continue;
    if (column.length !== fills) throw invalid(name, `${column.length} values of ${name} for ${fills} fills`);
    for (let index = 0; index < fills; index++)
      if (!Number.isSafeInteger(column[index])) throw invalid(`${name}.${index}`, `${name} of ${column[index]}, which is no whole number`);
  }
}

function ticksOf(instrument: Instrument, column: ArrayLike<number>, row: number, name: string): number {
  const ticks = toTicks(instrument, column[row]!);
  if (Number.isFinite(ticks)) return ticks;
  throw invalid(`${name}.${row}`, `a price (${name}) of ${column[row]} at bar ${row}`);
}

const invalid = (path: string, what: string) =>
  new UserError("data/invalid-value", `a stretch cannot be attributed that has ${what}`, {
    path,
    hint: "Give the track and the fills of one backtest or session that began flat, without splits on the way.",
  });

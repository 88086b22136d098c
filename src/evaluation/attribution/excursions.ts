import { toTicks } from "../../domain/index.ts";
import { type CostedFill, type FillFacts, type ProfitVisitor, type TradedStretch, walkProfit } from "./profit-walk.ts";

/** How far a round trip went for and against its holder before it ended; money units, before fees and carry. */
export interface Excursion {
  readonly side: "long" | "short";
  /** Closing times of the bars in which it began and ended; `null` while it is open. */
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** Profit at the prices paid and got; of an open trip at the last close. */
  readonly profit: number;
  /** Maximum adverse excursion (Sweeney, 1996): the least that the profit was on the way, at most 0. */
  readonly adverse: number;
  /** Maximum favourable excursion: the most that it was, at least 0. */
  readonly favourable: number;
  /** The same as shares of the largest value that the position had at a fill. */
  readonly adverseShare: number;
  readonly favourableShare: number;
  /** `profit` as a share of `favourable`; `null` where it never was ahead. */
  readonly kept: number | null;
}

/**
 * The excursions of all round trips, oldest first, from the highs and lows of the bars that they lasted. A bar counts with the
 * position that it leaves, and the bar of the exit only up to the exit: what followed it was not lived through. A position opened
 * inside a bar, rather than at its open, is shown the bar's whole range, which bounds what it met.
 */
export function tradeExcursions(stretch: TradedStretch, facts: FillFacts = {}): Excursion[] {
  const collector = new ExcursionCollector(stretch);
  walkProfit(stretch, facts, collector);
  return collector.finish();
}

class ExcursionCollector implements ProfitVisitor {
  private readonly stretch: TradedStretch;
  private readonly trips: Excursion[] = [];
  private openedAt = NaN;
  /** Money taken in less paid out by the trip's fills, and the signed lots it holds. */
  private cash = 0;
  private lots = 0;
  private side = 0;
  private adverse = 0;
  private favourable = 0;
  private largest = 0;

  constructor(stretch: TradedStretch) {
    this.stretch = stretch;
  }

  move(_row: number, lots: number, _from: number, ticks: number): void {
    if (lots !== 0) this.note(ticks);
  }

  fill(row: number, before: number, after: number, { signedLots, priceTicks, marketTicks }: CostedFill): void {
    const time = this.stretch.track.time[row]!;
    let rest = signedLots;
    if (before !== 0 && before > 0 !== signedLots > 0) {
      this.note(priceTicks);
      const closing = Math.abs(signedLots) > Math.abs(before) ? -before : signedLots;
      this.trade(closing, priceTicks);
      rest -= closing;
      if (this.lots === 0) this.conclude(time);
    }
    if (rest === 0) return;
    if (this.lots === 0) this.begin(time, Math.sign(rest));
    this.trade(rest, priceTicks);
    this.largest = Math.max(this.largest, Math.abs(after * marketTicks));
    this.note(marketTicks);
  }

  close(row: number, lots: number): void {
    if (lots === 0) return;
    const { instrument, track } = this.stretch;
    this.note(toTicks(instrument, track.high[row]!));
    this.note(toTicks(instrument, track.low[row]!));
  }

  finish(): Excursion[] {
    const { instrument, track } = this.stretch;
    if (this.lots !== 0) {
      this.cash += this.lots * toTicks(instrument, track.close[track.close.length - 1]!);
      this.conclude(null);
    }
    return this.trips;
  }

  private begin(time: number, side: number): void {
    this.openedAt = time;
    this.side = side;
    this.cash = this.adverse = this.favourable = this.largest = 0;
  }

  private trade(signedLots: number, priceTicks: number): void {
    this.cash -= signedLots * priceTicks;
    this.lots += signedLots;
  }

  private note(ticks: number): void {
    const profit = this.cash + this.lots * ticks;
    this.adverse = Math.min(this.adverse, profit);
    this.favourable = Math.max(this.favourable, profit);
  }

  private conclude(closedAt: number | null): void {
    const { openedAt, cash: profit, adverse, favourable, largest } = this;
    this.trips.push({
      side: this.side > 0 ? "long" : "short",
      openedAt,
      closedAt,
      profit,
      adverse,
      favourable,
      adverseShare: adverse / largest,
      favourableShare: favourable / largest,
      kept: favourable > 0 ? profit / favourable : null,
    });
  }
}

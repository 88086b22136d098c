import { type CostedFill, type FillFacts, type ProfitVisitor, type TradedStretch, walkProfit } from "./profit-walk.ts";

/** A change of position and what came of it until the next one; amounts in money units. The fills of one bar are one decision. */
export interface Decision {
  /** Close of the bar before it was carried out, ms since the epoch; `null` in the first bar, which has none before. */
  readonly decidedAt: number | null;
  /** Close of the bar in which it was carried out. */
  readonly filledAt: number;
  readonly lotsBefore: number;
  readonly lotsAfter: number;
  /** Closes until the next decision was carried out, or to the end. */
  readonly bars: number;
  /** Fees, spread, slippage and impact of its fills. */
  readonly costs: number;
  /** Borrow, funding and interest less dividends until the next. */
  readonly carry: number;
  /** What equity gained until the next decision: all of them add up to its change. */
  readonly profit: number;
  /** What the position before it would have gained over the same time by price, if it had been kept, without costs. */
  readonly still: number;
  /** `profit` less `still`: what it was worth to decide. */
  readonly advantage: number;
}

/** The decisions of a stretch, oldest first. `before` is what equity gained before the first: with the profits it makes up the whole. */
export interface DecisionAttribution {
  readonly before: number;
  readonly decisions: readonly Decision[];
}

/** Which decisions made or lost the money. A decision counts from the market's price at its first fill to that of the next one's. */
export function attributeDecisions(stretch: TradedStretch, facts: FillFacts = {}): DecisionAttribution {
  const collector = new DecisionCollector(stretch.track.time);
  walkProfit(stretch, facts, collector);
  return collector.finish();
}

/** The decisions that did best and worst by profit or by advantage, the most extreme first, and at most `count` of each. */
export function rankDecisions(
  decisions: readonly Decision[],
  by: "profit" | "advantage" = "advantage",
  count = 10,
): { readonly best: readonly Decision[]; readonly worst: readonly Decision[] } {
  const sorted = decisions.toSorted((left, right) => right[by] - left[by] || left.filledAt - right.filledAt);
  const best = sorted.filter((decision) => decision[by] > 0).slice(0, count);
  const worst = sorted.filter((decision) => decision[by] < 0).slice(-count);
  return { best, worst: worst.toReversed() };
}

class DecisionCollector implements ProfitVisitor {
  private readonly time: ArrayLike<number>;
  private readonly decisions: Decision[] = [];
  private before = 0;
  private current:
    | { row: number; lotsBefore: number; lotsAfter: number; bars: number; costs: number; carry: number; gain: number }
    | undefined;
  /** Market's price at the first fill of the decision, and now. */
  private firstTicks = NaN;
  private lastTicks = NaN;

  constructor(time: ArrayLike<number>) {
    this.time = time;
  }

  move(_row: number, lots: number, fromTicks: number, toTicks: number): void {
    if (this.current) this.current.gain += lots * (toTicks - fromTicks);
    this.lastTicks = toTicks;
  }

  fill(row: number, before: number, after: number, { marketTicks, spread, slippage, impact, fee }: CostedFill): void {
    if (this.current?.row !== row) {
      this.conclude();
      this.current = { row, lotsBefore: before, lotsAfter: after, bars: 0, costs: 0, carry: 0, gain: 0 };
      this.firstTicks = marketTicks;
    }
    this.current.lotsAfter = after;
    this.current.costs += spread + slippage + impact + fee;
  }

  close(_row: number, _lots: number, carry: number): void {
    if (!this.current) this.before -= carry;
    else {
      this.current.carry += carry;
      this.current.bars++;
    }
  }

  finish(): DecisionAttribution {
    this.conclude();
    return { before: this.before, decisions: this.decisions };
  }

  private conclude(): void {
    if (!this.current) return;
    const { row, lotsBefore, lotsAfter, bars, costs, carry, gain } = this.current;
    const profit = gain - costs - carry;
    const still = lotsBefore * (this.lastTicks - this.firstTicks) + 0; // Never −0.
    const decidedAt = row === 0 ? null : this.time[row - 1]!;
    const filledAt = this.time[row]!;
    this.decisions.push({ decidedAt, filledAt, lotsBefore, lotsAfter, bars, costs, carry, profit, still, advantage: profit - still });
    this.current = undefined;
  }
}

import { UserError } from "../../base/index.ts";
import { toTicks } from "../../domain/index.ts";
import { type CostedFill, type FillFacts, type ProfitVisitor, type TradedStretch, walkProfit } from "./profit-walk.ts";

/** What a fill cost against the price at which it was decided; money units, positive against us. */
export interface FillShortfall {
  readonly filledAt: number;
  readonly signedLots: number;
  readonly decisionTicks: number;
  readonly priceTicks: number;
  /** The market's own way from the decision to the fill. */
  readonly delay: number;
  /** What was paid beyond the market's price: spread, slippage and impact. */
  readonly execution: number;
  readonly fee: number;
  /** `delay` + `execution` + `fee`, exactly. */
  readonly shortfall: number;
}

/** The shortfalls of all fills and their sums. */
export interface ImplementationShortfall {
  readonly fills: readonly FillShortfall[];
  readonly delay: number;
  readonly execution: number;
  readonly fees: number;
  readonly shortfall: number;
  /** Σ |lots| × decision price, in money units. */
  readonly decidedValue: number;
  /** Σ shortfall ÷ Σ |lots| × decision price, in basis points; `null` without fills. */
  readonly bps: number | null;
}

/** What implementation shortfall may be told beside what is known of the fills. */
export interface ShortfallFacts extends FillFacts {
  /** The price in ticks at which each fill was decided; the close of the bar before it unless given, in the first bar its open. */
  readonly decisionTicks?: ArrayLike<number>;
}

/**
 * Implementation shortfall of what was traded (Perold, 1988): how much worse than at the price of the decision, fill by fill and in
 * total. What was decided and never traded has no fill and no part in it.
 */
export function implementationShortfall(stretch: TradedStretch, { decisionTicks, ...facts }: ShortfallFacts = {}): ImplementationShortfall {
  if (decisionTicks && decisionTicks.length !== stretch.fills.length) {
    throw new UserError("data/invalid-value", `${decisionTicks.length} decision prices for ${stretch.fills.length} fills`, {
      path: "decisionTicks",
      hint: "Give one decision price a fill.",
    });
  }
  const collector = new ShortfallCollector(stretch, decisionTicks);
  walkProfit(stretch, facts, collector);
  return collector.finish();
}

class ShortfallCollector implements ProfitVisitor {
  private readonly stretch: TradedStretch;
  private readonly decisionTicks: ArrayLike<number> | undefined;
  private readonly fills: FillShortfall[] = [];

  constructor(stretch: TradedStretch, decisionTicks: ArrayLike<number> | undefined) {
    this.stretch = stretch;
    this.decisionTicks = decisionTicks;
  }

  move(): void {
    // The market's moves while something is held are no part of what trading cost.
  }

  close(): void {
    // Nor is what holding cost.
  }

  fill(row: number, _before: number, _after: number, { index, signedLots, priceTicks, marketTicks, fee }: CostedFill): void {
    const { instrument, track } = this.stretch;
    const decided = this.decisionTicks?.[index] ?? toTicks(instrument, row === 0 ? track.open[0]! : track.close[row - 1]!);
    const delay = signedLots * (marketTicks - decided) + 0; // Never −0.
    const execution = signedLots * (priceTicks - marketTicks) + 0;
    const filledAt = track.time[row]!;
    this.fills.push({
      filledAt,
      signedLots,
      decisionTicks: decided,
      priceTicks,
      delay,
      execution,
      fee,
      shortfall: delay + execution + fee,
    });
  }

  finish(): ImplementationShortfall {
    const { fills } = this;
    const sum = (of: (fill: FillShortfall) => number) => fills.reduce((total, fill) => total + of(fill), 0);
    const [delay, execution, fees] = [sum((fill) => fill.delay), sum((fill) => fill.execution), sum(({ fee }) => fee)];
    const decidedValue = sum(({ signedLots, decisionTicks }) => Math.abs(signedLots) * decisionTicks);
    const shortfall = delay + execution + fees;
    return { fills, delay, execution, fees, shortfall, decidedValue, bps: decidedValue > 0 ? (1e4 * shortfall) / decidedValue : null };
  }
}

import { type CostedFill, type FillFacts, type ProfitVisitor, type TradedStretch, walkProfit } from "./profit-walk.ts";

/** What profit is made of: `price` less the others, which are costs. `carry` is borrow, funding and interest, less dividends. */
export const profitParts = ["price", "spread", "slippage", "impact", "fees", "carry"] as const;

/** The parts of a profit in whole money units; `profit` is `price` less all costs, exactly. */
export type Profit = { readonly [Part in (typeof profitParts)[number]]: number } & { readonly profit: number };

/**
 * A stretch cut into pieces in which one position was held, at most a bar long, oldest first; columns have one length. Costs of a
 * fill belong to the position that it opens or closes; one that turns a position over shares them by quantity, in whole units.
 */
export interface ProfitLedger {
  /** Closing times of the bars, ms since the epoch, UTC. */
  readonly time: ArrayLike<number>;
  /** The bar of each piece. */
  readonly row: Int32Array;
  /** Signed lots that were held. */
  readonly lots: Float64Array;
  /** Which round trip it belongs to, in the order of `roundTripsOf`, the one still open being the last; −1 where flat. */
  readonly trip: Int32Array;
  readonly parts: { readonly [Part in (typeof profitParts)[number]]: Float64Array };
}

/** The pieces of a stretch; their profits add up to the change of its equity to the last money unit. */
export function profitLedger(stretch: TradedStretch, facts: FillFacts = {}): ProfitLedger {
  const builder = new LedgerBuilder(stretch.track.time, stretch.fills.length);
  walkProfit(stretch, facts, builder);
  return builder.finish();
}

/** The sum of all pieces. */
export function profitOf(ledger: ProfitLedger): Profit {
  const sums = new ProfitSums();
  for (let piece = 0; piece < ledger.row.length; piece++) sums.add(ledger, piece);
  return sums.finish();
}

/** Adds pieces up. */
export class ProfitSums {
  private readonly sums = { price: 0, spread: 0, slippage: 0, impact: 0, fees: 0, carry: 0 };

  add({ parts }: ProfitLedger, piece: number): void {
    for (const part of profitParts) this.sums[part] += parts[part][piece]!;
  }

  finish(): Profit {
    const { price, spread, slippage, impact, fees, carry } = this.sums;
    return { ...this.sums, profit: price - spread - slippage - impact - fees - carry };
  }
}

class LedgerBuilder implements ProfitVisitor {
  private readonly time: ArrayLike<number>;
  private readonly row: Int32Array;
  private readonly lots: Float64Array;
  private readonly trip: Int32Array;
  private readonly parts: { readonly [Part in (typeof profitParts)[number]]: Float64Array };
  private last = -1;
  private trips = 0;

  constructor(time: ArrayLike<number>, fills: number) {
    const room = time.length + fills;
    const column = () => new Float64Array(room);
    this.time = time;
    this.row = new Int32Array(room).fill(-1);
    this.lots = column();
    this.trip = new Int32Array(room).fill(-1);
    this.parts = { price: column(), spread: column(), slippage: column(), impact: column(), fees: column(), carry: column() };
  }

  move(row: number, lots: number, fromTicks: number, toTicks: number): void {
    this.parts.price[this.pieceOf(row, lots)]! += lots * (toTicks - fromTicks);
  }

  fill(row: number, before: number, after: number, fill: CostedFill): void {
    const size = Math.abs(fill.signedLots);
    const opened = before === 0 || before > 0 === fill.signedLots > 0 ? size : Math.max(0, size - Math.abs(before));
    if (opened < size) this.charge(this.pieceOf(row, before), fill, size - opened, false);
    const turned = before === 0 || (after !== 0 && after > 0 !== before > 0);
    if (turned) this.trips++;
    if (this.last < 0 || this.row[this.last] !== row || before !== 0) this.begin(row, after);
    else this.take(row, after); // It was flat so far: there is nothing in that piece.
    if (opened > 0) this.charge(this.last, fill, opened, opened < size);
  }

  close(row: number, lots: number, carry: number): void {
    const piece = this.pieceOf(row, lots);
    if (carry === 0) return;
    const before = piece > 0 && this.row[piece - 1] === row && lots === 0 ? piece - 1 : piece; // A dividend on what the bar then sold.
    this.parts.carry[before]! += carry;
  }

  finish(): ProfitLedger {
    const length = this.last + 1;
    const { price, spread, slippage, impact, fees, carry } = this.parts;
    const cut = (column: Float64Array) => column.subarray(0, length);
    return {
      time: this.time,
      row: this.row.subarray(0, length),
      lots: cut(this.lots),
      trip: this.trip.subarray(0, length),
      parts: { price: cut(price), spread: cut(spread), slippage: cut(slippage), impact: cut(impact), fees: cut(fees), carry: cut(carry) },
    };
  }

  /** The piece of a bar that is at work; one is begun where the bar has none yet. */
  private pieceOf(row: number, lots: number): number {
    if (this.last < 0 || this.row[this.last] !== row) this.begin(row, lots);
    return this.last;
  }

  private begin(row: number, lots: number): void {
    this.last++;
    this.take(row, lots);
  }

  private take(row: number, lots: number): void {
    this.row[this.last] = row;
    this.lots[this.last] = lots;
    this.trip[this.last] = lots === 0 ? -1 : this.trips - 1;
  }

  /** Books the costs of so many lots of a fill; `rest` says that they are what another part has left. */
  private charge(piece: number, fill: CostedFill, lots: number, rest: boolean): void {
    const size = Math.abs(fill.signedLots);
    const { parts } = this;
    const shareOf = (cost: number) => (rest ? cost - Math.round((cost * (size - lots)) / size) : Math.round((cost * lots) / size));
    parts.spread[piece]! += shareOf(fill.spread);
    parts.slippage[piece]! += shareOf(fill.slippage);
    parts.impact[piece]! += shareOf(fill.impact);
    parts.fees[piece]! += shareOf(fill.fee);
  }
}

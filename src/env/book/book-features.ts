import { assert } from "../../base/index.ts";
import { eventField, eventKind, eventKindOf, eventSideOf, type EventLog, type OrderBook } from "../../market/index.ts";

// What can be read off a book of whole ticks and lots. Only shown lots count; sides are 1 for bids and −1 for asks. Nothing here
// allocates, and every number is finite on a book of which a side is empty.

/** Ticks between the best ask and the best bid; 0 where a side is empty. */
export function spreadTicks({ bidLevel, askLevel, ladder }: OrderBook): number {
  return bidLevel < 0 || askLevel < 0 ? 0 : ladder.ticks[askLevel]! - ladder.ticks[bidLevel]!;
}

/** Half-way between the best prices, in ticks. Where a side is empty the other's best price, where both are the newest trade's. */
export function midTicks({ bidLevel, askLevel, ladder, lastTradeTicks }: OrderBook): number {
  if (bidLevel < 0) return askLevel < 0 ? lastTradeTicks : ladder.ticks[askLevel]!;
  if (askLevel < 0) return ladder.ticks[bidLevel]!;
  return (ladder.ticks[bidLevel]! + ladder.ticks[askLevel]!) / 2;
}

/** Lots shown at the best `levels` levels of a side. */
export function lotsWithin({ bidLevel, askLevel, ladder }: OrderBook, side: number, levels: number): number {
  let sum = 0;
  let level = side > 0 ? bidLevel : askLevel;
  for (let left = levels; level >= 0 && left > 0; left--) {
    sum += ladder.lots[level]!;
    if (left === 1) break;
    const price = ladder.ticks[level]!;
    level = side > 0 ? ladder.nextBelow(price) : ladder.nextAbove(price);
  }
  return sum;
}

/**
 * (bids − asks) ÷ (bids + asks) in lots over the best `levels` levels, from −1 to 1; 0 on an empty book (Gould & Bonart, "Queue
 * imbalance as a one-tick-ahead price predictor in a limit order book", 2016).
 */
export function queueImbalance(book: OrderBook, levels: number): number {
  const bids = lotsWithin(book, 1, levels);
  const asks = lotsWithin(book, -1, levels);
  return bids + asks === 0 ? 0 : (bids - asks) / (bids + asks);
}

/**
 * The mid weighted by size, in ticks: (ask × bid lots + bid × ask lots) ÷ (bid lots + ask lots) at the best prices, so that it leans
 * to the side that is about to give way. Where a side is empty it is the mid (Stoikov, "The micro-price", 2018, calls it weighted mid).
 */
export function weightedMidTicks(book: OrderBook): number {
  const { bidLevel, askLevel, ladder } = book;
  if (bidLevel < 0 || askLevel < 0) return midTicks(book);
  const bidLots = ladder.lots[bidLevel]!;
  const askLots = ladder.lots[askLevel]!;
  // Levels of icebergs show lots as long as they stand, so the sum is not 0.
  return (ladder.ticks[askLevel]! * bidLots + ladder.ticks[bidLevel]! * askLots) / (bidLots + askLots);
}

/** The best prices and lots of a book as they were when it was last looked at; an empty side is two zeros. */
class Touch {
  bidTicks = 0;
  bidLots = 0;
  askTicks = 0;
  askLots = 0;

  look({ bidLevel, askLevel, ladder }: OrderBook): void {
    this.bidTicks = bidLevel < 0 ? 0 : ladder.ticks[bidLevel]!;
    this.bidLots = bidLevel < 0 ? 0 : ladder.lots[bidLevel]!;
    this.askTicks = askLevel < 0 ? 0 : ladder.ticks[askLevel]!;
    this.askLots = askLevel < 0 ? 0 : ladder.lots[askLevel]!;
  }
}

/**
 * Order-flow imbalance: by how many lots demand at the touch grew and supply shrank between two looks at a book,
 * e = 1{P⁺ᵇ ≥ Pᵇ} q⁺ᵇ − 1{P⁺ᵇ ≤ Pᵇ} qᵇ − 1{P⁺ᵃ ≤ Pᵃ} q⁺ᵃ + 1{P⁺ᵃ ≥ Pᵃ} qᵃ (Cont, Kukanov & Stoikov, "The price impact of order book
 * events", 2014, equation 3). An empty side counts as a bid at 0 or an ask at infinity without lots.
 */
export class OrderFlowImbalance {
  private readonly before = new Touch();
  private readonly now = new Touch();

  /** Looks at a book without saying anything of it: the first of a series. */
  begin(book: OrderBook): void {
    this.before.look(book);
  }

  /** What happened at the touch since the last look, in lots. */
  update(book: OrderBook): number {
    const { before, now } = this;
    now.look(book);
    const askBefore = before.askTicks || Infinity;
    const askNow = now.askTicks || Infinity;
    let lots = 0;
    if (now.bidTicks >= before.bidTicks) lots += now.bidLots;
    if (now.bidTicks <= before.bidTicks) lots -= before.bidLots;
    if (askNow <= askBefore) lots -= now.askLots;
    if (askNow >= askBefore) lots += before.askLots;
    before.look(book);
    return lots;
  }
}

/** The trades of a book's log since they were last read. Signs are of the taker's side (that is recorded, not guessed). */
export class TradeTape {
  /** Lots bought less lots sold by takers. */
  signedLots = 0;
  /** Lots traded. */
  lots = 0;
  /** Σ price × lots, in ticks × lots. */
  value = 0;
  /** How many trades there were. */
  trades = 0;
  /** Side of the newest trade's taker, 0 before the first one since `begin`. */
  lastSign = 0;
  private seen = 0;

  /** Begins after what the log holds now. */
  begin({ count }: EventLog): void {
    this.seen = count;
    this.clear();
    this.lastSign = 0;
  }

  /** Reads what was added; the sums are of this call alone. The log must still hold all of it. */
  update(log: EventLog): void {
    this.clear();
    assert(log.first <= this.seen, "events left the log unread: it needs a larger capacity"); // Hot: no words are made here.
    for (let event = this.seen; event < log.count; event++) {
      const code = log.read(event, eventField.code);
      if (eventKindOf(code) !== eventKind.trade) continue;
      const lots = log.read(event, eventField.lots);
      this.lastSign = eventSideOf(code);
      this.signedLots += this.lastSign * lots;
      this.lots += lots;
      this.value += lots * log.read(event, eventField.ticks);
      this.trades++;
    }
    this.seen = log.count;
  }

  private clear(): void {
    this.signedLots = this.lots = this.value = this.trades = 0;
  }
}

/**
 * Realised volatility over the last `window` changes of a price: √Σ (ln pₜ ÷ pₜ₋₁)², a share of the price and not annualised
 * (Andersen & Bollerslev, 1998). Prices of 0 or less, which an empty book has, are passed over.
 */
export class RealisedVolatility {
  private readonly squares: Float64Array;
  private price = 0;
  private count = 0;

  constructor(window: number) {
    assert(Number.isInteger(window) && window > 0, `a window of ${window} changes`);
    this.squares = new Float64Array(window);
  }

  /** Forgets all and takes the first price. */
  begin(price: number): void {
    this.squares.fill(0);
    this.count = 0;
    this.price = price;
  }

  /** Takes the next price. */
  update(price: number): void {
    if (!(price > 0)) return;
    const change = this.price > 0 ? Math.log(price / this.price) : 0;
    this.squares[this.count++ % this.squares.length] = change * change;
    this.price = price;
  }

  /** Where it stands. Summed anew each time, so that nothing of what has left the window remains in the digits. */
  get value(): number {
    let sum = 0;
    for (let index = 0; index < this.squares.length; index++) sum += this.squares[index]!;
    return Math.sqrt(sum);
  }
}

import { instruction, lotsAhead, type OrderBook } from "../../market/index.ts";
import { bookFee } from "./book-account.ts";
import type { BookLane } from "./book-lane.ts";

/** One order at a time that brings a position to a target: at once, by taking up to a limit, or by waiting at the best price. */
export class TargetOrder {
  private id = 0;
  private side = 0;
  private target = 0;
  private isPassive = false;
  private bidTicks = 0;
  private askTicks = 0;

  /** The book is a new one. */
  forget(): void {
    this.id = this.side = this.target = 0;
  }

  /** Lots that still rest; 0 without an order. */
  openLots(book: OrderBook): number {
    return this.id === 0 ? 0 : book.openLots(this.id);
  }

  /** Lots that still rest, below 0 where they are to be sold. */
  signedLots(book: OrderBook): number {
    return this.side * this.openLots(book);
  }

  /** Shown lots that trade before the resting order at its price; −1 without one. */
  lotsAhead(book: OrderBook): number {
    return this.id === 0 ? -1 : lotsAhead(book, this.id);
  }

  /** Takes down what to do, by the prices that are seen now: a taker goes at most `reachTicks` beyond the other side's best price. */
  decide({ book }: BookLane, target: number, isPassive: boolean, reachTicks: number): void {
    this.target = target;
    this.isPassive = isPassive;
    const { bestBidTicks, bestAskTicks } = book;
    this.bidTicks = isPassive ? bestBidTicks : bestAskTicks === 0 ? 0 : bestAskTicks + reachTicks;
    this.askTicks = isPassive ? bestAskTicks : bestBidTicks === 0 ? 0 : Math.max(1, bestBidTicks - reachTicks);
  }

  /**
   * The decision reaches the book, sized by what has traded until then. An order that rests already where it should keeps its place in
   * the queue, any other is withdrawn. Where a side was empty there was nobody to trade with or to stand beside, and nothing is sent.
   */
  send({ book, market, account }: BookLane): void {
    account.update(book.log);
    const wanted = this.target - account.position;
    const side = Math.sign(wanted);
    const ticks = side > 0 ? this.bidTicks : this.askTicks;
    const open = this.openLots(book);
    if (this.isPassive && open > 0 && this.side * open === wanted && this.restsAt(book) === ticks) return;
    if (open > 0) book.cancel(this.id);
    this.forgetOrder();
    if (wanted === 0 || ticks === 0) return;
    this.id = market.nextId();
    this.side = side;
    book.submit(this.id, side, ticks, Math.abs(wanted), this.isPassive ? instruction.postOnly : instruction.ioc, account.owner);
    if (this.openLots(book) === 0) this.forgetOrder();
  }

  private restsAt(book: OrderBook): number {
    const { ladder, orders } = book;
    return ladder.ticks[orders.level[book.slotOf(this.id)]!]!;
  }

  private forgetOrder(): void {
    this.id = this.side = 0;
  }
}

/**
 * What could be had at once for a position by taking what the book shows, in ticks × lots less the taker's fee; below 0 for a short
 * one. Lots beyond the book's depth count at the worst price there is, and where that side is empty at the last mid, rounded against
 * the position.
 */
export function closeOutValue({ book, doubleMidTicks }: BookLane, position: number, takerBps: number): number {
  if (position === 0) return 0;
  const { ladder } = book;
  const side = Math.sign(position); // Of the levels that would be taken: bids for what is held.
  let left = Math.abs(position);
  let value = 0;
  let worst = side > 0 ? Math.floor(doubleMidTicks / 2) : Math.ceil(doubleMidTicks / 2);
  let level = side > 0 ? book.bidLevel : book.askLevel;
  while (level >= 0 && left > 0) {
    worst = ladder.ticks[level]!;
    const lots = Math.min(left, ladder.lots[level]!);
    value += lots * worst;
    left -= lots;
    level = side > 0 ? ladder.nextBelow(worst) : ladder.nextAbove(worst);
  }
  value += left * worst;
  return side * value - bookFee(value, takerBps);
}

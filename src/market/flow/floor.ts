import { assert, Random } from "../../base/index.ts";
import { eventKind, instruction as instructions } from "../book/codes.ts";
import { eventField, eventKindOf, eventSideOf } from "../book/event-log.ts";
import type { OrderBook } from "../book/order-book.ts";
import { calm, type FlowConditions } from "./conditions.ts";

/** The first owner number of background traders: those below belong to the caller, 0 is nobody. */
export const firstTrader = 1000;

/**
 * Where background traders meet: the book, the time, the dice and everybody's holdings. Whatever they do goes through it, so that
 * every trade is booked for both its owners.
 */
export class Floor {
  readonly book: OrderBook;
  /** The dice of the running session. */
  random = new Random(0);
  /** Ms since the start of the session; below 0 while the market warms up. */
  timeMs = 0;
  /** Around which price the book is filled when it opens, in ticks. */
  centreTicks = 0;
  /** Operations of background traders on the book so far. */
  messages = 0;
  readonly conditions: FlowConditions = { ...calm };
  /** By owner: lots held, and ticks × lots received less paid. Both sum to 0 over all owners. */
  positions = new Float64Array(firstTrader);
  cash = new Float64Array(firstTrader);
  private readonly startTicks: number;
  private lastId = 0;
  private bookedEvents = 0;
  private lastBidTicks = 0;
  private lastAskTicks = 0;

  constructor(book: OrderBook, startTicks: number) {
    this.book = book;
    this.startTicks = startTicks;
  }

  /** An empty floor at a time, which may be below 0, for owners below `owners`. */
  reset(random: Random, timeMs: number, owners: number): void {
    if (this.positions.length !== owners) {
      this.positions = new Float64Array(owners);
      this.cash = new Float64Array(owners);
    }
    this.book.clear();
    this.random = random;
    this.timeMs = timeMs;
    this.messages = this.lastId = this.bookedEvents = 0;
    this.positions.fill(0);
    this.cash.fill(0);
    this.centreAt(this.startTicks);
    Object.assign(this.conditions, calm);
  }

  /** Withdraws what background traders have in the book, which is to open anew around another price. */
  withdraw(centreTicks: number): void {
    const { ladder, orders } = this.book;
    for (const side of [1, -1]) {
      let level = side > 0 ? this.book.bidLevel : this.book.askLevel;
      while (level >= 0) {
        const ticks = ladder.ticks[level]!;
        for (let slot = ladder.head[level]!; slot >= 0;) {
          const next = orders.next[slot]!;
          if (orders.owner[slot]! >= firstTrader) this.cancel(orders.id[slot]!);
          slot = next;
        }
        level = side > 0 ? ladder.nextBelow(ticks) : ladder.nextAbove(ticks);
      }
    }
    this.centreAt(centreTicks);
  }

  /** Goes on to a time. The book's own clock stands at 0 until the session begins. */
  moveTo(timeMs: number): void {
    this.timeMs = timeMs;
    if (timeMs > 0) this.book.advance(timeMs);
  }

  nextId(): number {
    return ++this.lastId;
  }

  /** The best price of a side (1 bids, −1 asks) in ticks; of an empty side the last one it had. */
  touchTicks(side: number): number {
    const { book } = this;
    if (side > 0) return book.bidLevel < 0 ? this.lastBidTicks : (this.lastBidTicks = book.bestBidTicks);
    return book.askLevel < 0 ? this.lastAskTicks : (this.lastAskTicks = book.bestAskTicks);
  }

  /** Halfway between the best prices, in ticks. */
  get midTicks(): number {
    return 0.5 * (this.touchTicks(1) + this.touchTicks(-1));
  }

  /** A limit order that rests, or trades first what it can; gives its id. */
  limit(owner: number, side: number, ticks: number, lots: number): number {
    const id = ++this.lastId;
    this.messages++;
    this.book.submit(id, side, ticks, lots, instructions.gtc, owner);
    this.settleTrades();
    return id;
  }

  /** Trades at once at prices no further than `reachTicks` beyond the best one. */
  take(owner: number, side: number, lots: number, reachTicks = Infinity): void {
    this.takeUpTo(owner, side, this.touchTicks(-side) + side * reachTicks, lots);
  }

  /** Trades at once at a price or better; an infinite one is any. */
  takeUpTo(owner: number, side: number, ticks: number, lots: number): void {
    this.messages++;
    this.touchTicks(-side); // Remembered, should nothing be left of it.
    const instruction = Number.isFinite(ticks) ? instructions.ioc : instructions.market;
    this.book.submit(++this.lastId, side, Math.max(1, ticks), lots, instruction, owner);
    this.settleTrades();
  }

  cancel(id: number): void {
    this.messages++;
    this.book.cancel(id);
    this.bookedEvents = this.book.log.count;
  }

  /** Gives a resting order another price or quantity. */
  replace(id: number, ticks: number, lots: number): void {
    this.messages++;
    this.book.replace(id, ticks, lots);
    this.settleTrades();
  }

  /** Books what the log holds beyond what has been booked: the caller's own doings. */
  settle(): void {
    const { log } = this.book;
    assert(log.count - this.bookedEvents <= log.capacity, "more events between two calls than the log holds: give it more room");
    for (let event = this.bookedEvents; event < log.count; event++) this.bookEvent(event);
    this.bookedEvents = log.count;
  }

  private centreAt(ticks: number): void {
    this.centreTicks = ticks;
    this.lastBidTicks = ticks - 1;
    this.lastAskTicks = ticks + 1;
  }

  private settleTrades(): void {
    if (this.book.tradedLots > 0) this.settle();
    else this.bookedEvents = this.book.log.count;
  }

  private bookEvent(event: number): void {
    const { log } = this.book;
    const code = log.read(event, eventField.code);
    if (eventKindOf(code) !== eventKind.trade) return;
    const taker = log.read(event, eventField.owner);
    const maker = log.read(event, eventField.otherOwner);
    assert(taker < this.positions.length && maker < this.positions.length, "owners are of the caller or of a trader");
    const lots = eventSideOf(code) * log.read(event, eventField.lots);
    const value = lots * log.read(event, eventField.ticks);
    this.positions[taker]! += lots;
    this.positions[maker]! -= lots;
    this.cash[taker]! -= value;
    this.cash[maker]! += value;
  }
}

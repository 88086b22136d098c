import { assert, type Random, UserError } from "../../base/index.ts";
import { OrderBook, type OrderBookOptions } from "../book/order-book.ts";
import { DepthBook } from "../replay/depth-book.ts";
import { rowKind } from "../../domain/index.ts";
import type { ReplayIndex } from "../replay/replay-exchange.ts";
import { firstTrader, Floor } from "./floor.ts";
import type { OrderBookMarket } from "./order-book-market.ts";

const makers = firstTrader; // Owner of recorded depth,
const takers = firstTrader + 1; // and of recorded trades.

/**
 * A recording of levels and trades as a market in which the caller's orders stand among the recorded ones. Recorded depth rests in
 * the book, later depth behind earlier; recorded trades take, the caller's orders in their turn; and what the caller takes is gone
 * until the recording tells that its level has changed. Depth that goes was the newest of its price, so nobody before the caller
 * leaves for his sake. Depth told at a price that crosses older recorded depth replaces it, and trades with the caller's orders.
 */
export class RecordedMarket implements OrderBookMarket {
  readonly book: OrderBook;
  readonly isHalted = false;
  /** When in the recording the session began: venue's time, ms since the epoch. */
  startMs = 0;
  private readonly index: ReplayIndex;
  private readonly sessionMs: number;
  private readonly floor: Floor;
  private readonly venue = new DepthBook(); // The recording as it was.
  private row = 0;

  /** Sessions begin anywhere in the recording where `sessionMs` of it are left. */
  constructor(index: ReplayIndex, sessionMs: number, bookOptions?: OrderBookOptions) {
    const { count, exchangeTime, instrument } = index.recording;
    const lengthMs = count === 0 ? 0 : exchangeTime[count - 1]! - exchangeTime[0]!;
    if (!(sessionMs <= lengthMs)) {
      throw new UserError("data/too-short", `the recording of ${instrument.symbol} is ${lengthMs} ms long, a session ${sessionMs}`, {
        path: "sessionMs",
        hint: "Ask for shorter sessions, or give a longer recording.",
      });
    }
    this.index = index;
    this.sessionMs = sessionMs;
    this.book = new OrderBook(bookOptions);
    this.floor = new Floor(this.book, 2);
  }

  get timeMs(): number {
    return this.floor.timeMs;
  }

  nextId(): number {
    return this.floor.nextId();
  }

  positionOf(owner: number): number {
    this.floor.settle();
    return this.floor.positions[owner]!;
  }

  cashOf(owner: number): number {
    this.floor.settle();
    return this.floor.cash[owner]!;
  }

  /** Begins at a time of the recording that is drawn; its book is then that of the recording. */
  reset(random: Random): void {
    const { recording, rows, books } = this.index;
    const [first, last] = [recording.exchangeTime[0]!, recording.exchangeTime[recording.count - 1]!];
    this.floor.reset(random, 0, takers + 1);
    this.startMs = first + random.uniform() * (last - this.sessionMs - first);
    let saved = 0;
    while (saved + 1 < rows.length && recording.exchangeTime[rows[saved + 1]! - 1]! <= this.startMs) saved++;
    this.venue.clear();
    this.venue.load(books[saved]!);
    for (this.row = rows[saved]!; this.isDue(this.startMs); this.row++) this.venue.apply(recording, this.row);
    for (const side of [1, -1]) {
      const ladder = side > 0 ? this.venue.bids : this.venue.asks;
      let level = side > 0 ? this.venue.bidLevel : this.venue.askLevel;
      while (level >= 0) {
        const ticks = ladder.ticks[level]!;
        this.floor.limit(makers, side, ticks, ladder.lots[level]!);
        level = side > 0 ? ladder.nextBelow(ticks) : ladder.nextAbove(ticks);
      }
    }
  }

  get messages(): number {
    return this.floor.messages;
  }

  advance(toMs: number, mostMessages = Infinity): void {
    const { floor } = this;
    assert(Number.isFinite(toMs) && toMs >= floor.timeMs, `the time is ${floor.timeMs} ms, it cannot go to ${toMs}`);
    floor.settle();
    const until = floor.messages + mostMessages;
    while (floor.messages < until && this.isDue(this.startMs + toMs)) this.message();
    if (floor.messages < until) floor.moveTo(toMs);
  }

  private isDue(exchangeMs: number): boolean {
    const { count, exchangeTime } = this.index.recording;
    return this.row < count && exchangeTime[this.row]! <= exchangeMs;
  }

  /** Applies one message: first what goes, then what comes, so that depth does not meet what the message takes away. */
  private message(): void {
    const { recording } = this.index;
    const from = this.row;
    let end = from;
    while (end < recording.count && recording.isLast[end] === 0) end++;
    this.row = end = Math.min(recording.count, end + 1);
    this.floor.moveTo(Math.max(this.floor.timeMs, recording.exchangeTime[from]! - this.startMs));
    for (let row = from; row < end; row++) {
      const kind = recording.kind[row]!;
      if (kind === rowKind.trade) this.floor.takeUpTo(takers, recording.side[row]!, recording.ticks[row]!, recording.lots[row]!);
      else if (kind === rowKind.reset) this.clearDepth();
      else if (kind === rowKind.level) this.shrinkLevel(recording.side[row]!, recording.ticks[row]!, recording.lots[row]!);
    }
    for (let row = from; row < end; row++) {
      if (recording.kind[row] === rowKind.level) this.growLevel(recording.side[row]!, recording.ticks[row]!, recording.lots[row]!);
      this.venue.apply(recording, row);
    }
  }

  private shrinkLevel(side: number, ticks: number, lots: number): void {
    if (lots === this.venue.lotsAt(side, ticks)) return; // Nothing new: what the caller took stays taken.
    for (let surplus = this.recordedLots(side, ticks) - lots; surplus > 0;) surplus -= this.cancelNewest(ticks, surplus);
  }

  private growLevel(side: number, ticks: number, lots: number): void {
    if (lots === this.venue.lotsAt(side, ticks)) return;
    const missing = lots - this.recordedLots(side, ticks);
    if (missing <= 0) return;
    this.clearCrossed(side, ticks);
    this.floor.limit(makers, side, ticks, missing);
  }

  /** Recorded lots that rest at a price of a side. */
  private recordedLots(side: number, ticks: number): number {
    const { ladder, orders } = this.book;
    const level = ladder.find(ticks);
    let sum = 0;
    for (let slot = level < 0 ? -1 : ladder.head[level]!; slot >= 0; slot = orders.next[slot]!) {
      if (orders.owner[slot] === makers && (orders.isBuy[slot] === 1) === side > 0) sum += orders.lots[slot]!;
    }
    return sum;
  }

  /** Takes up to so many lots of the newest recorded order away; returns how many. */
  private cancelNewest(ticks: number, lots: number): number {
    const { ladder, orders } = this.book;
    let slot = ladder.tail[ladder.find(ticks)]!;
    while (orders.owner[slot] !== makers) slot = orders.previous[slot]!;
    const [id, had] = [orders.id[slot]!, orders.lots[slot]!];
    if (had > lots) this.floor.replace(id, ticks, had - lots); // Which keeps its place.
    else this.floor.cancel(id);
    return Math.min(lots, had);
  }

  /** Removes recorded depth of the other side that a price crosses. */
  private clearCrossed(side: number, ticks: number): void {
    const { ladder } = this.book;
    let level = side > 0 ? this.book.askLevel : this.book.bidLevel;
    while (level >= 0 && side * (ticks - ladder.ticks[level]!) >= 0) {
      const price = ladder.ticks[level]!;
      for (let lots = this.recordedLots(-side, price); lots > 0;) lots -= this.cancelNewest(price, lots);
      level = side > 0 ? ladder.nextAbove(price) : ladder.nextBelow(price);
    }
  }

  private clearDepth(): void {
    for (const side of [1, -1]) this.clearCrossed(side, side > 0 ? Infinity : 0);
  }
}

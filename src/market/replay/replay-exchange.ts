import type { z } from "zod";
import { assert } from "../../base/index.ts";
import { type BookReason, instruction as instructions } from "../book/codes.ts";
import { DepthBook, type DepthMemory } from "./depth-book.ts";
import type { OrderLatency } from "./latency.ts";
import { QueuePosition, type QueueModel } from "./queue-model.ts";
import { type Recording, rowKind } from "../../domain/index.ts";

/** An order of ours for a replayed market; see `instruction` for what it may ask. */
export interface ReplayOrder {
  /** A positive whole number, unique among all orders of a replay. */
  readonly id: number;
  /** 1 to buy, −1 to sell. */
  readonly side: number;
  /** Not read for a market order. */
  readonly ticks: number;
  readonly lots: number;
  /** One of `instruction`; gtc when left out. */
  readonly instruction?: number;
}

/** What the venue tells us of an order, and when it happened there and became known here. */
export interface ReplayReport {
  readonly kind: "accepted" | "rejected" | "filled" | "cancelled";
  readonly orderId: number;
  readonly side: number;
  /** Price and lots of a fill; lots that were left of a cancelled order. */
  readonly ticks: number;
  readonly lots: number;
  /** Whether a fill gave liquidity. */
  readonly isMaker: boolean;
  readonly reason: BookReason;
  readonly exchangeTime: number;
  readonly localTime: number;
}

/** Books of a recording at every so many rows, so that a replay may begin anywhere at once. Shared by any number of replays. */
export interface ReplayIndex {
  readonly recording: Recording;
  /** Rows applied in the saved book of the same position. */
  readonly rows: Float64Array;
  readonly books: readonly Float64Array[];
}

/** Saves the book of a recording after the first message that ends at or beyond each multiple of `every` rows. */
export function indexRecording(recording: Recording, every: number): ReplayIndex {
  const book = new DepthBook();
  const rows = [0];
  const books = [book.save()];
  for (let row = 0; row < recording.count; row++) {
    book.apply(recording, row);
    if (recording.isLast[row] === 0 || row + 1 < rows.at(-1)! + every) continue;
    rows.push(row + 1);
    books.push(book.save());
  }
  return { recording, rows: Float64Array.from(rows), books };
}

/** How a recording is replayed. */
export interface ReplayOptions {
  readonly recording: Recording;
  readonly queue: z.input<typeof QueueModel>;
  readonly latency: OrderLatency;
  /** Ms after which market data is seen; left out, the recorded local times hold. */
  readonly feedMs?: number;
  /** How long the depth that we took stays taken, see `DepthMemory`. */
  readonly depthMemory?: DepthMemory;
  /** Ticks addressed directly by the books, about speed and memory alone. */
  readonly window?: number;
}

interface RestingOrder {
  readonly id: number;
  readonly side: number;
  readonly ticks: number;
  lots: number;
  readonly queue: QueuePosition;
}

type Request = { readonly arrival: number } & ({ readonly order: ReplayOrder } | { readonly cancel: number });

/**
 * A recorded market with our orders in it. The venue's book runs at exchange time, ours (`view`) at the time the feed reaches
 * us; requests arrive after their latency and reports come back after theirs, each in the order sent. At one instant the
 * recording comes before our requests.
 *
 * An order that can trade at once takes recorded depth, best price first, and what it took stays taken as `depthMemory`
 * says. One that rests waits behind what the level showed: trades at its price move the queue and fill it with
 * what is left of them, trades through its price and opposing depth that comes to its price fill it too, as far as their lots
 * go, at its own price. One lot of a recorded trade never fills two lots of ours. Our orders do not meet one another.
 */
export class ReplayExchange {
  /** The book as we see it now. */
  readonly view: DepthBook;
  /** Price of the newest trade we have seen, 0 before the first. */
  lastTradeTicks = 0;
  /** Trades seen so far and the lots that buyers and sellers took in them: an observer takes differences. */
  seenTrades = 0;
  seenBuyLots = 0;
  seenSellLots = 0;
  /** Local time reached so far, in ms. */
  time: number;

  private readonly recording: Recording;
  private readonly venue: DepthBook;
  private readonly model: z.input<typeof QueueModel>;
  private readonly latency: OrderLatency;
  private readonly feedMs: number | undefined;
  private venueRow = 0;
  private viewRow = 0;
  private requests: Request[] = [];
  private reports: ReplayReport[] = [];
  private resting: RestingOrder[] = []; // Best price first, then by age.
  private readonly ids = new Set<number>();
  private lastArrival = -Infinity;
  private lastReport = -Infinity;

  constructor({ recording, queue, latency, feedMs, depthMemory, window }: ReplayOptions) {
    this.recording = recording;
    this.venue = new DepthBook({ depthMemory, window });
    this.view = new DepthBook({ window });
    this.model = queue;
    this.latency = latency;
    this.feedMs = feedMs;
    this.time = recording.count === 0 ? 0 : Math.min(recording.exchangeTime[0]!, recording.localTime[0]!);
    new QueuePosition(queue); // Refuses a bad model now, not at the first order.
  }

  /**
   * Begins anew at a local time, without orders, trades or reports: the books are those of a replay that has come there. With an
   * index of the recording it does not have to come from the start.
   */
  restart(time: number, index?: ReplayIndex): void {
    assert(
      Number.isFinite(time) && (index === undefined || index.recording === this.recording),
      "a time, and an index of the same recording",
    );
    this.requests = [];
    this.reports = [];
    this.resting = [];
    this.ids.clear();
    this.lastArrival = this.lastReport = -Infinity;
    this.lastTradeTicks = this.seenTrades = this.seenBuyLots = this.seenSellLots = 0;
    this.time = -Infinity;
    const { count, exchangeTime } = this.recording;
    this.venueRow = this.load(this.venue, index, (row) => row >= count || exchangeTime[row]! > time);
    this.viewRow = this.load(this.view, index, (row) => row >= count || this.seenAt(row) > time);
    this.advanceTo(time);
  }

  /** Whether the recording has been seen to its end. */
  get isOver(): boolean {
    return this.viewRow >= this.recording.count;
  }

  /** Lots of ours that rest at the venue, which we may not know yet. */
  restingLots(id: number): number {
    return this.resting.find((order) => order.id === id)?.lots ?? 0;
  }

  /** Guessed lots before a resting order of ours; −1 when it does not rest. */
  lotsAhead(id: number): number {
    return this.resting.find((order) => order.id === id)?.queue.front ?? -1;
  }

  /** Sends an order at the present local time; its fate is told by a report. */
  submit(order: ReplayOrder): void {
    this.send({ arrival: this.arrival(), order });
  }

  /** Sends a cancellation at the present local time. */
  cancel(id: number): void {
    this.send({ arrival: this.arrival(), cancel: id });
  }

  /**
   * Goes on to a local time: the venue up to it, our view up to what has reached us. Returns the reason for refusing a time that
   * is not a number or lies before the present one.
   */
  advanceTo(time: number): BookReason {
    if (!Number.isFinite(time)) return "invalid-time";
    if (time < this.time) return "clock-went-back";
    this.time = time;
    this.runVenue(time);
    const { recording } = this;
    for (; this.viewRow < recording.count && this.seenAt(this.viewRow) <= time; this.viewRow++) {
      this.view.apply(recording, this.viewRow);
      if (recording.kind[this.viewRow] !== rowKind.trade) continue;
      this.lastTradeTicks = recording.ticks[this.viewRow]!;
      this.seenTrades++;
      if (recording.side[this.viewRow]! > 0) this.seenBuyLots += recording.lots[this.viewRow]!;
      else this.seenSellLots += recording.lots[this.viewRow]!;
    }
    return "none";
  }

  /** Reports that have reached us since the last call, oldest first. */
  poll(): readonly ReplayReport[] {
    let count = 0;
    while (count < this.reports.length && this.reports[count]!.localTime <= this.time) count++;
    return count === 0 ? [] : this.reports.splice(0, count);
  }

  /** Loads the newest saved book all of whose rows had come, and returns the row that follows it. */
  private load(book: DepthBook, index: ReplayIndex | undefined, isToCome: (row: number) => boolean): number {
    book.clear();
    if (index === undefined) return 0;
    let low = 0;
    let high = index.rows.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (isToCome(index.rows[middle]! - 1)) high = middle;
      else low = middle;
    }
    book.load(index.books[low]!);
    return index.rows[low]!;
  }

  /** When row number `row` reaches us. */
  private seenAt(row: number): number {
    return this.feedMs === undefined ? this.recording.localTime[row]! : this.recording.exchangeTime[row]! + this.feedMs;
  }

  private arrival(): number {
    this.lastArrival = Math.max(this.lastArrival, this.time + this.latency.entryMs(this.time));
    return this.lastArrival;
  }

  private send(request: Request): void {
    this.requests.push(request);
  }

  private runVenue(until: number): void {
    const { recording } = this;
    for (;;) {
      const request = this.requests[0];
      const rowTime = this.venueRow < recording.count ? recording.exchangeTime[this.venueRow]! : Infinity;
      if (rowTime <= until && (request === undefined || rowTime <= request.arrival)) this.row(this.venueRow++);
      else if (request !== undefined && request.arrival <= until) {
        this.requests.shift();
        if ("cancel" in request) this.cancelAtVenue(request.cancel, request.arrival);
        else this.submitAtVenue(request.order, request.arrival);
      } else return;
    }
  }

  private row(row: number): void {
    const { recording, venue } = this;
    const side = recording.side[row]!;
    const ticks = recording.ticks[row]!;
    const lots = recording.lots[row]!;
    const time = recording.exchangeTime[row]!;
    const kind = recording.kind[row]!;
    if (this.resting.length > 0) {
      if (kind === rowKind.trade) this.tradeAtVenue(side, ticks, lots, time);
      else if (kind === rowKind.level) this.resizeQueues(side, ticks, lots);
    }
    venue.apply(recording, row);
    if (this.resting.length > 0 && kind === rowKind.level && recording.isLast[row] === 1) this.meetDepth(time);
  }

  /** A recorded taker of `side` traded at a price: our orders on the other side at it or better for him come first. */
  private tradeAtVenue(side: number, ticks: number, lots: number, time: number): void {
    let left = lots;
    let filledAtPrice = 0;
    for (const order of this.resting) {
      if (order.side !== -side || side * (ticks - order.ticks) < 0) continue;
      let reached = left;
      if (order.ticks === ticks) reached = Math.min(left, order.queue.trade(lots) - filledAtPrice);
      const filled = Math.min(order.lots, Math.max(0, reached));
      if (filled === 0) continue;
      left -= filled;
      if (order.ticks === ticks) filledAtPrice += filled;
      this.fillResting(order, filled, time);
    }
    this.forgetFilled();
  }

  private resizeQueues(side: number, ticks: number, lots: number): void {
    for (const order of this.resting) {
      if (order.side === side && order.ticks === ticks) order.queue.resize(this.venue.lotsAt(side, ticks), lots);
    }
  }

  /** Recorded depth of the other side that has come to the price of our orders trades with them. */
  private meetDepth(time: number): void {
    for (const order of this.resting) {
      order.lots -= this.takeDepth(order.side, order.ticks, order.lots, order.id, true, time);
    }
    this.forgetFilled();
  }

  private submitAtVenue(order: ReplayOrder, time: number): void {
    const { id, side, ticks, lots, instruction = instructions.gtc } = order;
    const isMarket = instruction === instructions.market;
    const limit = isMarket ? (side > 0 ? Infinity : 0) : ticks;
    const reason = this.refusal(order, limit);
    if (reason !== "none") {
      this.report("rejected", id, side, isMarket ? 0 : ticks, lots, false, reason, time);
      return;
    }
    this.ids.add(id);
    this.report("accepted", id, side, isMarket ? 0 : ticks, lots, false, "none", time);
    const left = lots - this.takeDepth(side, limit, lots, id, false, time);
    if (left === 0) return;
    if (instruction !== instructions.gtc && instruction !== instructions.postOnly) {
      this.report("cancelled", id, side, isMarket ? 0 : ticks, left, false, "nothing-left-to-match", time);
      return;
    }
    const queue = new QueuePosition(this.model);
    queue.join(this.venue.lotsAt(side, ticks));
    this.rest({ id, side, ticks, lots: left, queue });
  }

  /** Best price first, then by age, as trades reach them. */
  private rest(order: RestingOrder): void {
    const index = this.resting.findIndex(({ side, ticks }) => side === order.side && side * (order.ticks - ticks) > 0);
    this.resting.splice(index < 0 ? this.resting.length : index, 0, order);
  }

  private refusal({ id, side, ticks, lots, instruction = instructions.gtc }: ReplayOrder, limit: number): BookReason {
    if (!Number.isSafeInteger(id) || id < 1) return "invalid-id";
    if (this.ids.has(id)) return "duplicate-id";
    if (side !== 1 && side !== -1) return "invalid-side";
    if (!Number.isInteger(instruction) || instruction < 0 || instruction > instructions.market) return "invalid-instruction";
    if (instruction !== instructions.market && !(Number.isSafeInteger(ticks) && ticks >= 1)) return "invalid-price";
    if (!Number.isSafeInteger(lots) || lots < 1) return "invalid-quantity";
    if (instruction === instructions.postOnly && this.available(side, limit, 1) > 0) return "would-cross";
    if (instruction === instructions.fok && this.available(side, limit, lots) < lots) return "would-not-fill";
    return "none";
  }

  /** Depth that is left for us at no worse than a limit, up to what is wanted. */
  private available(side: number, limit: number, wanted: number): number {
    const { venue } = this;
    const ladder = side > 0 ? venue.asks : venue.bids;
    let sum = 0;
    let level = side > 0 ? venue.askLevel : venue.bidLevel;
    while (level >= 0 && sum < wanted && side * (limit - ladder.ticks[level]!) >= 0) {
      sum += ladder.lots[level]! - ladder.hiddenLots[level]!;
      level = side > 0 ? ladder.nextAbove(ladder.ticks[level]!) : ladder.nextBelow(ladder.ticks[level]!);
    }
    return sum;
  }

  /** Trades with the other side's depth: a taker at the levels' prices, a maker at its own. Returns the lots traded. */
  private takeDepth(side: number, limit: number, lots: number, id: number, isMaker: boolean, time: number): number {
    const { venue } = this;
    const ladder = side > 0 ? venue.asks : venue.bids;
    let taken = 0;
    let level = side > 0 ? venue.askLevel : venue.bidLevel;
    while (level >= 0 && taken < lots && side * (limit - ladder.ticks[level]!) >= 0) {
      const ticks = ladder.ticks[level]!;
      const part = venue.take(-side, level, lots - taken);
      taken += part;
      if (part > 0) this.report("filled", id, side, isMaker ? limit : ticks, part, isMaker, "none", time);
      level = side > 0 ? ladder.nextAbove(ticks) : ladder.nextBelow(ticks);
    }
    return taken;
  }

  private cancelAtVenue(id: number, time: number): void {
    const index = this.resting.findIndex((order) => order.id === id);
    const order = this.resting[index];
    if (order === undefined) {
      this.report("rejected", id, 0, 0, 0, false, "unknown-id", time);
      return;
    }
    this.resting.splice(index, 1);
    this.report("cancelled", id, order.side, order.ticks, order.lots, false, "requested", time);
  }

  private fillResting(order: RestingOrder, lots: number, time: number): void {
    order.lots -= lots;
    this.report("filled", order.id, order.side, order.ticks, lots, true, "none", time);
  }

  private forgetFilled(): void {
    if (this.resting.some(({ lots }) => lots === 0)) this.resting = this.resting.filter(({ lots }) => lots > 0);
  }

  private report(
    kind: ReplayReport["kind"],
    orderId: number,
    side: number,
    ticks: number,
    lots: number,
    isMaker: boolean,
    reason: BookReason,
    exchangeTime: number,
  ): void {
    this.lastReport = Math.max(this.lastReport, exchangeTime + this.latency.responseMs(exchangeTime));
    this.reports.push({ kind, orderId, side, ticks, lots, isMaker, reason, exchangeTime, localTime: this.lastReport });
  }
}

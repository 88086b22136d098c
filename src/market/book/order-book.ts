import { assert } from "../../base/index.ts";
import { eventKind, instruction as instructions, reasonCode, type SelfTradeMode, selfTradeModes } from "./codes.ts";
import { eventCode, EventLog } from "./event-log.ts";
import { IdMap } from "./id-map.ts";
import { OrderPool } from "./order-pool.ts";
import { PriceLadder } from "./price-ladder.ts";

const { accepted, trade, cancelled, replaced, rejected } = eventKind;
const { gtc, fok, postOnly, market } = instructions;

const invalidId = reasonCode("invalid-id");
const duplicateId = reasonCode("duplicate-id");
const unknownId = reasonCode("unknown-id");
const invalidSide = reasonCode("invalid-side");
const invalidPrice = reasonCode("invalid-price");
const priceTooHigh = reasonCode("price-too-high");
const invalidQuantity = reasonCode("invalid-quantity");
const quantityTooLarge = reasonCode("quantity-too-large");
const invalidDisplay = reasonCode("invalid-display");
const invalidInstruction = reasonCode("invalid-instruction");
const invalidOwner = reasonCode("invalid-owner");
const wouldCross = reasonCode("would-cross");
const wouldNotFill = reasonCode("would-not-fill");
const bookFull = reasonCode("book-full");
const invalidTime = reasonCode("invalid-time");
const clockWentBack = reasonCode("clock-went-back");
const requested = reasonCode("requested");
const nothingLeft = reasonCode("nothing-left-to-match");
const selfTrade = reasonCode("self-trade");

const cancelNewest = selfTradeModes.indexOf("cancel-newest");
const cancelOldest = selfTradeModes.indexOf("cancel-oldest");

/** What a book is made with; all may be left out. An empty book holds about 4 bytes × `window` and 64 bytes × `logCapacity`: with many books, less of both. */
export interface OrderBookOptions {
  /** What happens when an order meets one of its own owner; they trade unless said otherwise. */
  readonly selfTrade?: SelfTradeMode;
  /** Resting orders at most: one more is rejected as `book-full`. */
  readonly maxOrders?: number;
  /** The highest price in ticks that is accepted. */
  readonly maxTicks?: number;
  /** The largest order in lots that is accepted. */
  readonly maxLots?: number;
  /** How often an iceberg may show itself at most: `lots / displayLots`, rounded up. */
  readonly maxIcebergParts?: number;
  /** Events kept in the log; a power of two. */
  readonly logCapacity?: number;
  /** Ticks addressed directly around the touch, at most 32,768. It is about speed and memory alone. */
  readonly window?: number;
}

/**
 * A limit order book of one instrument that matches by price, then by time. Prices and quantities are whole ticks and lots;
 * ids are positive safe integers of the caller, unique among resting orders; an owner is a whole number, 0 being nobody.
 * Every operation returns the code of a reason, 0 when it was accepted, and writes what happened to `log`; bad input is a
 * rejection, never an exception. Nothing is allocated by an operation once the book has grown to its largest size.
 */
export class OrderBook {
  readonly log: EventLog;
  /** Its levels, for the views of `views.ts`; not to be changed from outside. */
  readonly ladder: PriceLadder;
  /** Its orders, for the views of `views.ts`; not to be changed from outside. */
  readonly orders = new OrderPool();
  /** Slot of the best level of each side in `ladder`, −1 when the side is empty. */
  bidLevel = -1;
  askLevel = -1;
  /** The time of the book, which stamps events: what `advance` was last told. */
  time = 0;
  /** Price of the newest trade, 0 before the first. */
  lastTradeTicks = 0;
  /** Lots that the newest `submit` or `replace` traded, and Σ price × lots of them. */
  tradedLots = 0;
  tradedValue = 0;

  private readonly slots = new IdMap();
  private readonly selfTradeMode: number;
  private readonly maxOrders: number;
  private readonly maxTicks: number;
  private readonly maxLots: number;
  private readonly maxIcebergParts: number;
  private isStopped = false; // The taker met itself and is to be cancelled.

  constructor(options: OrderBookOptions = {}) {
    const { selfTrade: mode = "trade", maxOrders = 2 ** 24, maxTicks = 2 ** 43, maxLots = 2 ** 43, logCapacity = 4096 } = options;
    assert(
      [maxOrders, maxTicks, maxLots].every((limit) => Number.isSafeInteger(limit) && limit > 0),
      "limits are positive integers",
    );
    this.log = new EventLog(logCapacity);
    this.ladder = new PriceLadder(options.window);
    this.selfTradeMode = selfTradeModes.indexOf(mode);
    this.maxOrders = maxOrders;
    this.maxTicks = maxTicks;
    this.maxLots = maxLots;
    this.maxIcebergParts = options.maxIcebergParts ?? 1000;
  }

  /** The best price to sell at, in ticks; 0 when nobody buys. */
  get bestBidTicks(): number {
    return this.bidLevel < 0 ? 0 : this.ladder.ticks[this.bidLevel]!;
  }

  /** The best price to buy at, in ticks; 0 when nobody sells. */
  get bestAskTicks(): number {
    return this.askLevel < 0 ? 0 : this.ladder.ticks[this.askLevel]!;
  }

  /** How many orders rest. */
  get size(): number {
    return this.orders.size;
  }

  /** The slot of a resting order in `orders`, or −1. */
  slotOf(id: number): number {
    return this.slots.get(id);
  }

  /** Lots of a resting order that have not traded, shown or not; 0 when it does not rest. */
  openLots(id: number): number {
    const slot = this.slots.get(id);
    return slot < 0 ? 0 : this.orders.lots[slot]! + this.orders.hiddenLots[slot]!;
  }

  /** Sets the time of the operations that follow. A time before the last one is rejected and changes nothing. */
  advance(time: number): number {
    if (!Number.isFinite(time)) return this.reject(invalidTime, 0, 0, 0, 0, 0);
    if (time < this.time) return this.reject(clockWentBack, 0, 0, 0, 0, 0);
    this.time = time + 0; // No −0 in the log.
    return 0;
  }

  /**
   * Takes an order in: `side` is 1 to buy and −1 to sell, `instruction` one of `instruction`, and `displayLots` above 0 makes an
   * iceberg of one that may rest. The price of a market order is not read. What an order of gtc or post-only leaves rests; what
   * others leave is cancelled.
   */
  submit(id: number, side: number, ticks: number, lots: number, instruction: number = gtc, owner = 0, displayLots = 0): number {
    this.tradedLots = this.tradedValue = 0;
    const limit = instruction === market ? (side > 0 ? Infinity : 0) : ticks;
    const reason = this.refusal(id, side, limit, lots, instruction, owner, displayLots);
    if (reason !== 0) return this.reject(reason, id, side, ticks, lots, owner);
    owner += 0; // No −0 in the log or in a saved book.
    displayLots += 0;
    this.log.write(this.time, eventCode(accepted, side, 0), id, 0, instruction === market ? 0 : ticks, lots, owner, 0);
    const left = this.match(id, side, limit, lots, owner);
    if (left === 0) return 0;
    if (this.isStopped) {
      this.logCancelled(selfTrade, id, side, limit, left, owner);
    } else if (restsWhenLeft(instruction)) {
      const slot = this.keep(id, side, instruction, owner, displayLots);
      this.rest(slot, ticks, shownOf(left, displayLots), left);
    } else {
      this.logCancelled(nothingLeft, id, side, limit, left, owner);
    }
    return 0;
  }

  /** Takes a resting order out. */
  cancel(id: number): number {
    const slot = this.slots.get(id);
    if (slot < 0) return this.reject(isId(id) ? unknownId : invalidId, id, 0, 0, 0, 0);
    this.cancelSlot(slot, requested);
    return 0;
  }

  /**
   * Gives a resting order another price or quantity: `lots` is what is to be open from now on, shown or not. At the same price
   * a smaller or equal quantity keeps the order's place in the queue; anything else puts it last there, after trading what it
   * then can. An iceberg that shrinks gives up what is hidden first.
   */
  replace(id: number, ticks: number, lots: number): number {
    this.tradedLots = this.tradedValue = 0;
    const slot = this.slots.get(id);
    if (slot < 0) return this.reject(isId(id) ? unknownId : invalidId, id, 0, ticks, lots, 0);
    const { orders, ladder } = this;
    const side = orders.isBuy[slot] === 1 ? 1 : -1;
    const owner = orders.owner[slot]!;
    const refused =
      this.badPrice(ticks) ||
      this.badLots(lots) ||
      this.badDisplay(lots, orders.displayLots[slot]!) ||
      (orders.postOnly[slot] === 1 && this.crosses(side, ticks) ? wouldCross : 0);
    if (refused !== 0) return this.reject(refused, id, side, ticks, lots, owner);
    this.log.write(this.time, eventCode(replaced, side, 0), id, 0, ticks, lots, owner, 0);
    const level = orders.level[slot]!;
    const open = orders.lots[slot]! + orders.hiddenLots[slot]!;
    if (ladder.ticks[level] === ticks && lots <= open) {
      this.shrink(slot, level, open - lots);
      return 0;
    }
    this.unlink(slot);
    const left = this.match(id, side, ticks, lots, owner);
    if (left > 0 && !this.isStopped) {
      this.rest(slot, ticks, shownOf(left, orders.displayLots[slot]!), left);
      return 0;
    }
    if (left > 0) this.logCancelled(selfTrade, id, side, ticks, left, owner);
    this.forget(slot);
    return 0;
  }

  /**
   * Puts an order to rest without matching, `shown` of its lots visible: for `loadBook` and for books seeded from a recording.
   * An order that would cross is rejected.
   */
  restore(
    id: number,
    side: number,
    ticks: number,
    shown: number,
    hidden: number,
    instruction: number,
    owner: number,
    displayLots: number,
  ): number {
    const reason =
      this.refusal(id, side, ticks, shown + hidden, restsWhenLeft(instruction) ? instruction : -1, owner, 0) ||
      (this.crosses(side, ticks) ? wouldCross : 0);
    if (reason !== 0) return this.reject(reason, id, side, ticks, shown + hidden, owner);
    this.log.write(this.time, eventCode(accepted, side, 0), id, 0, ticks, shown + hidden, owner, 0);
    this.rest(this.keep(id, side, instruction, owner, displayLots), ticks, shown, shown + hidden);
    return 0;
  }

  /** Back to an empty book at time 0, with an empty log. */
  clear(): void {
    this.ladder.clear();
    this.orders.clear();
    this.slots.clear();
    this.log.clear();
    this.bidLevel = this.askLevel = -1;
    this.time = this.lastTradeTicks = this.tradedLots = this.tradedValue = 0;
  }

  private refusal(id: number, side: number, limit: number, lots: number, instruction: number, owner: number, displayLots: number): number {
    if (!isId(id)) return invalidId;
    if (side !== 1 && side !== -1) return invalidSide;
    if (!(instruction >= gtc && instruction <= market) || Math.floor(instruction) !== instruction) return invalidInstruction;
    if (instruction !== market) {
      const reason = this.badPrice(limit);
      if (reason !== 0) return reason;
    }
    const reason = this.badLots(lots);
    if (reason !== 0) return reason;
    if (!(owner >= 0 && owner <= Number.MAX_SAFE_INTEGER) || Math.floor(owner) !== owner) return invalidOwner;
    const canRest = restsWhenLeft(instruction);
    if (displayLots !== 0 && (!canRest || !(displayLots >= 1) || Math.floor(displayLots) !== displayLots || displayLots > lots)) {
      return invalidDisplay;
    }
    if (this.badDisplay(lots, displayLots) !== 0) return invalidDisplay;
    if (this.slots.get(id) >= 0) return duplicateId;
    if (instruction === postOnly && this.crosses(side, limit)) return wouldCross;
    if (instruction === fok && this.available(side, limit, lots, owner) < lots) return wouldNotFill;
    if (canRest && this.orders.size >= this.maxOrders) return bookFull;
    return 0;
  }

  private badPrice(ticks: number): number {
    if (!(ticks >= 1) || Math.floor(ticks) !== ticks) return invalidPrice;
    return ticks > this.maxTicks ? priceTooHigh : 0;
  }

  private badLots(lots: number): number {
    if (!(lots >= 1) || Math.floor(lots) !== lots) return invalidQuantity;
    return lots > this.maxLots ? quantityTooLarge : 0;
  }

  private badDisplay(lots: number, displayLots: number): number {
    return displayLots > 0 && lots > displayLots * this.maxIcebergParts ? invalidDisplay : 0;
  }

  private crosses(side: number, ticks: number): boolean {
    const best = side > 0 ? this.askLevel : this.bidLevel;
    return best >= 0 && (side > 0 ? this.ladder.ticks[best]! <= ticks : this.ladder.ticks[best]! >= ticks);
  }

  /** Trades against the other side while prices meet; returns the lots that are left and sets `isStopped`. */
  private match(id: number, side: number, limit: number, lots: number, owner: number): number {
    const { ladder, orders } = this;
    this.isStopped = false;
    while (lots > 0) {
      const level = side > 0 ? this.askLevel : this.bidLevel;
      if (level < 0) break;
      const ticks = ladder.ticks[level]!;
      if (side > 0 ? ticks > limit : ticks < limit) break;
      const maker = ladder.head[level]!;
      if (owner !== 0 && this.selfTradeMode !== 0 && orders.owner[maker] === owner) {
        if (this.selfTradeMode !== cancelNewest) this.cancelSlot(maker, selfTrade);
        if (this.selfTradeMode === cancelOldest) continue;
        this.isStopped = true;
        break;
      }
      lots -= this.fill(id, side, maker, level, ticks, lots, owner);
    }
    return lots;
  }

  /** Trades with one resting order as far as it shows itself; returns the lots traded. */
  private fill(id: number, side: number, maker: number, level: number, ticks: number, wanted: number, owner: number): number {
    const { ladder, orders } = this;
    const shown = orders.lots[maker]!;
    const lots = wanted < shown ? wanted : shown;
    this.log.write(this.time, eventCode(trade, side, 0), id, orders.id[maker]!, ticks, lots, owner, orders.owner[maker]!);
    this.lastTradeTicks = ticks;
    this.tradedLots += lots;
    this.tradedValue += ticks * lots;
    orders.lots[maker] = shown - lots;
    ladder.lots[level]! -= lots;
    if (lots === shown) {
      if (orders.hiddenLots[maker]! > 0) {
        this.showMore(maker, level);
      } else {
        this.unlink(maker);
        this.forget(maker);
      }
    }
    return lots;
  }

  /** An iceberg shows its next part, last in the queue. */
  private showMore(slot: number, level: number): void {
    const { ladder, orders } = this;
    const lots = Math.min(orders.displayLots[slot]!, orders.hiddenLots[slot]!);
    orders.lots[slot] = lots;
    orders.hiddenLots[slot]! -= lots;
    ladder.lots[level]! += lots;
    ladder.hiddenLots[level]! -= lots;
    const next = orders.next[slot]!;
    if (next < 0) return;
    ladder.head[level] = next;
    orders.previous[next] = -1;
    const tail = ladder.tail[level]!;
    orders.next[tail] = slot;
    orders.previous[slot] = tail;
    orders.next[slot] = -1;
    ladder.tail[level] = slot;
  }

  private shrink(slot: number, level: number, by: number): void {
    const { ladder, orders } = this;
    const hidden = Math.min(by, orders.hiddenLots[slot]!);
    orders.hiddenLots[slot]! -= hidden;
    ladder.hiddenLots[level]! -= hidden;
    orders.lots[slot]! -= by - hidden;
    ladder.lots[level]! -= by - hidden;
  }

  /** A slot for an order that is going to rest. */
  private keep(id: number, side: number, instruction: number, owner: number, displayLots: number): number {
    const { orders } = this;
    const slot = orders.take();
    orders.id[slot] = id;
    orders.owner[slot] = owner;
    orders.displayLots[slot] = displayLots;
    orders.postOnly[slot] = instruction === postOnly ? 1 : 0;
    orders.isBuy[slot] = side > 0 ? 1 : 0;
    this.slots.add(id, slot);
    return slot;
  }

  /** Puts an order last in the queue of a price. */
  private rest(slot: number, ticks: number, shown: number, lots: number): void {
    const { ladder, orders } = this;
    let level = ladder.find(ticks);
    if (level < 0) level = this.open(ticks, orders.isBuy[slot] === 1);
    orders.lots[slot] = shown;
    orders.hiddenLots[slot] = lots - shown;
    orders.level[slot] = level;
    ladder.lots[level]! += shown;
    ladder.hiddenLots[level]! += lots - shown;
    ladder.orders[level]!++;
    const tail = ladder.tail[level]!;
    orders.previous[slot] = tail;
    orders.next[slot] = -1;
    if (tail < 0) ladder.head[level] = slot;
    else orders.next[tail] = slot;
    ladder.tail[level] = slot;
  }

  private open(ticks: number, isBuy: boolean): number {
    const { ladder } = this;
    const level = ladder.insert(ticks);
    if (isBuy) {
      if (this.bidLevel < 0 || ticks > ladder.ticks[this.bidLevel]!) this.bidLevel = level;
      ladder.follow(ladder.ticks[this.bidLevel]!);
    } else {
      if (this.askLevel < 0 || ticks < ladder.ticks[this.askLevel]!) this.askLevel = level;
      ladder.follow(ladder.ticks[this.askLevel]!);
    }
    return level;
  }

  /** Takes an order out of its queue, and the level with its last one. */
  private unlink(slot: number): void {
    const { ladder, orders } = this;
    const level = orders.level[slot]!;
    if (--ladder.orders[level]! === 0) {
      this.close(level);
      return;
    }
    ladder.lots[level]! -= orders.lots[slot]!;
    ladder.hiddenLots[level]! -= orders.hiddenLots[slot]!;
    const next = orders.next[slot]!;
    const previous = orders.previous[slot]!;
    if (previous < 0) ladder.head[level] = next;
    else orders.next[previous] = next;
    if (next < 0) ladder.tail[level] = previous;
    else orders.previous[next] = previous;
  }

  private close(level: number): void {
    const { ladder } = this;
    ladder.remove(level);
    if (level === this.bidLevel) this.bidLevel = ladder.nextBelow(ladder.ticks[level]!);
    else if (level === this.askLevel) this.askLevel = ladder.nextAbove(ladder.ticks[level]!);
  }

  private forget(slot: number): void {
    this.slots.remove(this.orders.id[slot]!);
    this.orders.release(slot);
  }

  private cancelSlot(slot: number, reason: number): void {
    const { orders, ladder } = this;
    const side = orders.isBuy[slot] === 1 ? 1 : -1;
    const lots = orders.lots[slot]! + orders.hiddenLots[slot]!;
    this.logCancelled(reason, orders.id[slot]!, side, ladder.ticks[orders.level[slot]!]!, lots, orders.owner[slot]!);
    this.unlink(slot);
    this.forget(slot);
  }

  /** Lots that an order could trade at once with others than its owner, up to what it wants. */
  private available(side: number, limit: number, lots: number, owner: number): number {
    const { ladder } = this;
    const meetsItself = owner !== 0 && this.selfTradeMode !== 0;
    let sum = 0;
    let level = side > 0 ? this.askLevel : this.bidLevel;
    while (level >= 0 && sum < lots) {
      const ticks = ladder.ticks[level]!;
      if (side > 0 ? ticks > limit : ticks < limit) break;
      if (meetsItself) {
        const others = this.availableFromOthers(level, owner);
        if (others < 0) return sum - others - 1;
        sum += others;
      } else {
        sum += ladder.lots[level]! + ladder.hiddenLots[level]!;
      }
      level = side > 0 ? ladder.nextAbove(ticks) : ladder.nextBelow(ticks);
    }
    return sum;
  }

  /** Lots of a level that are not the owner's; −1 less the lots before his first order where meeting it stops him. */
  private availableFromOthers(level: number, owner: number): number {
    const { ladder, orders } = this;
    let shown = 0;
    let sum = 0;
    for (let slot = ladder.head[level]!; slot >= 0; slot = orders.next[slot]!) {
      if (orders.owner[slot] !== owner) {
        shown += orders.lots[slot]!;
        sum += orders.lots[slot]! + orders.hiddenLots[slot]!;
      } else if (this.selfTradeMode !== cancelOldest) {
        return -1 - shown;
      }
    }
    return sum;
  }

  private logCancelled(reason: number, id: number, side: number, ticks: number, lots: number, owner: number): void {
    this.log.write(this.time, eventCode(cancelled, side, reason), id, 0, Number.isFinite(ticks) ? ticks : 0, lots, owner, 0);
  }

  private reject(reason: number, id: number, side: number, ticks: number, lots: number, owner: number): number {
    this.log.write(this.time, eventCode(rejected, side, reason), known(id), 0, known(ticks), known(lots), known(owner), 0);
    return reason;
  }
}

const restsWhenLeft = (instruction: number): boolean => instruction === gtc || instruction === postOnly;

const shownOf = (lots: number, displayLots: number): number => (displayLots > 0 && displayLots < lots ? displayLots : lots);

const isId = (id: number): boolean => id >= 1 && id <= Number.MAX_SAFE_INTEGER && Math.floor(id) === id;

/** A number as it goes into the log: what is not finite is 0 there. */
const known = (value: number): number => (Number.isFinite(value) ? value + 0 : 0);

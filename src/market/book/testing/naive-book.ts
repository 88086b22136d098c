import { sha256 } from "../../../base/index.ts";
import { type BookReason, eventKind, instruction as instructions, reasonCode, type SelfTradeMode } from "../codes.ts";
import { eventCode } from "../event-log.ts";

interface NaiveOrder {
  readonly id: number;
  readonly side: number;
  readonly owner: number;
  readonly displayLots: number;
  readonly isPostOnly: boolean;
  ticks: number;
  shown: number;
  hidden: number;
  priority: number;
}

const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
const known = (value: number): number => (Number.isFinite(value) ? value : 0);

/** The order book's plain twin: objects in one list, sorted anew for every match. What `OrderBook` must agree with. */
export class NaiveBook {
  orders: NaiveOrder[] = [];
  /** Every event so far, as the log's eight numbers. */
  events: number[][] = [];
  time = 0;
  private priority = 0;
  private readonly options: {
    readonly selfTrade: SelfTradeMode;
    readonly maxOrders: number;
    readonly maxTicks: number;
    readonly maxLots: number;
  };

  constructor(options: NaiveBook["options"]) {
    this.options = options;
  }

  advance(time: number): number {
    if (!Number.isFinite(time)) return this.reject("invalid-time", 0, 0, 0, 0, 0);
    if (time < this.time) return this.reject("clock-went-back", 0, 0, 0, 0, 0);
    this.time = time;
    return 0;
  }

  submit(id: number, side: number, ticks: number, lots: number, instruction: number, owner: number, displayLots: number): number {
    const isMarket = instruction === instructions.market;
    const limit = isMarket ? (side > 0 ? Infinity : 0) : ticks;
    const reason = this.refusal(id, side, ticks, lots, instruction, owner, displayLots);
    if (reason !== "none") return this.reject(reason, id, side, ticks, lots, owner);
    this.write(eventKind.accepted, side, "none", id, 0, isMarket ? 0 : ticks, lots, owner, 0);
    const { left, isStopped } = this.match(id, side, limit, lots, owner);
    const priced = Number.isFinite(limit) ? limit : 0;
    if (left > 0 && isStopped) this.write(eventKind.cancelled, side, "self-trade", id, 0, priced, left, owner, 0);
    else if (left > 0 && (instruction === instructions.gtc || instruction === instructions.postOnly)) {
      const isPostOnly = instruction === instructions.postOnly;
      this.rest(
        { id, side, owner: owner + 0, displayLots: displayLots + 0, isPostOnly, ticks, shown: 0, hidden: 0, priority: 0 },
        ticks,
        left,
      );
    } else if (left > 0) this.write(eventKind.cancelled, side, "nothing-left-to-match", id, 0, priced, left, owner, 0);
    return 0;
  }

  cancel(id: number): number {
    const order = this.orders.find((other) => other.id === id);
    if (!order) return this.reject(isWhole(id, 1) ? "unknown-id" : "invalid-id", id, 0, 0, 0, 0);
    this.cancelOrder(order, "requested");
    return 0;
  }

  replace(id: number, ticks: number, lots: number): number {
    const order = this.orders.find((other) => other.id === id);
    if (!order) return this.reject(isWhole(id, 1) ? "unknown-id" : "invalid-id", id, 0, ticks, lots, 0);
    const { side, owner, displayLots } = order;
    let reason = this.badNumbers(ticks, lots);
    if (reason === "none" && displayLots > 0 && Math.ceil(lots / displayLots) > 1000) reason = "invalid-display";
    if (reason === "none" && order.isPostOnly && this.opposite(side, ticks).length > 0) reason = "would-cross";
    if (reason !== "none") return this.reject(reason, id, side, ticks, lots, owner);
    this.write(eventKind.replaced, side, "none", id, 0, ticks, lots, owner, 0);
    const open = order.shown + order.hidden;
    if (ticks === order.ticks && lots <= open) {
      const fromHidden = Math.min(order.hidden, open - lots);
      order.hidden -= fromHidden;
      order.shown = lots - order.hidden;
      return 0;
    }
    this.remove(order);
    const { left, isStopped } = this.match(id, side, ticks, lots, owner);
    if (left > 0 && isStopped) this.write(eventKind.cancelled, side, "self-trade", id, 0, ticks, left, owner, 0);
    else if (left > 0) this.rest(order, ticks, left);
    return 0;
  }

  /** The orders of a side, best price first, then by time. */
  sorted(side: number): NaiveOrder[] {
    return this.orders
      .filter((order) => order.side === side)
      .sort((left, right) => side * (right.ticks - left.ticks) || left.priority - right.priority);
  }

  /** What `bookHash` gives for a book with the same orders. */
  hash(): string {
    const rows = [1, -1].flatMap((side) => this.sorted(side));
    return sha256(
      Float64Array.from(
        rows.flatMap(({ side, ticks, id, owner, shown, hidden, displayLots, isPostOnly }) => [
          side,
          ticks,
          id,
          owner,
          shown,
          hidden,
          displayLots,
          isPostOnly ? 1 : 0,
        ]),
      ),
    );
  }

  private refusal(
    id: number,
    side: number,
    ticks: number,
    lots: number,
    instruction: number,
    owner: number,
    displayLots: number,
  ): BookReason {
    if (!isWhole(id, 1)) return "invalid-id";
    if (side !== 1 && side !== -1) return "invalid-side";
    if (![0, 1, 2, 3, 4].includes(instruction)) return "invalid-instruction";
    const isMarket = instruction === instructions.market;
    const numbers = this.badNumbers(isMarket ? 1 : ticks, lots);
    if (numbers !== "none") return numbers;
    if (!isWhole(owner, 0)) return "invalid-owner";
    const canRest = instruction === instructions.gtc || instruction === instructions.postOnly;
    if (displayLots !== 0 && (!canRest || !isWhole(displayLots, 1) || displayLots > lots || Math.ceil(lots / displayLots) > 1000)) {
      return "invalid-display";
    }
    if (this.orders.some((order) => order.id === id)) return "duplicate-id";
    if (instruction === instructions.postOnly && this.opposite(side, ticks).length > 0) return "would-cross";
    if (instruction === instructions.fok) {
      const trial = new NaiveBook(this.options);
      trial.orders = structuredClone(this.orders);
      trial.priority = this.priority;
      if (trial.match(id, side, ticks, lots, owner).left > 0) return "would-not-fill";
    }
    return canRest && this.orders.length >= this.options.maxOrders ? "book-full" : "none";
  }

  private badNumbers(ticks: number, lots: number): BookReason {
    if (!(ticks >= 1) || !Number.isInteger(ticks)) return ticks === Infinity ? "price-too-high" : "invalid-price";
    if (ticks > this.options.maxTicks) return "price-too-high";
    if (!(lots >= 1) || !Number.isInteger(lots)) return lots === Infinity ? "quantity-too-large" : "invalid-quantity";
    return lots > this.options.maxLots ? "quantity-too-large" : "none";
  }

  /** Orders of the other side at prices that meet the limit. */
  private opposite(side: number, limit: number): NaiveOrder[] {
    return this.sorted(-side).filter(({ ticks }) => side * (limit - ticks) >= 0);
  }

  private match(id: number, side: number, limit: number, lots: number, owner: number): { left: number; isStopped: boolean } {
    const mode = this.options.selfTrade;
    for (;;) {
      const maker = this.opposite(side, limit)[0];
      if (lots === 0 || !maker) return { left: lots, isStopped: false };
      if (owner !== 0 && maker.owner === owner && mode !== "trade") {
        if (mode !== "cancel-newest") this.cancelOrder(maker, "self-trade");
        if (mode === "cancel-oldest") continue;
        return { left: lots, isStopped: true };
      }
      const traded = Math.min(lots, maker.shown);
      this.write(eventKind.trade, side, "none", id, maker.id, maker.ticks, traded, owner, maker.owner);
      lots -= traded;
      maker.shown -= traded;
      if (maker.shown > 0) continue;
      this.remove(maker);
      if (maker.hidden > 0) this.rest(maker, maker.ticks, maker.hidden);
    }
  }

  private rest(order: NaiveOrder, ticks: number, lots: number): void {
    order.ticks = ticks;
    order.shown = order.displayLots > 0 ? Math.min(order.displayLots, lots) : lots;
    order.hidden = lots - order.shown;
    order.priority = ++this.priority;
    this.orders.push(order);
  }

  private remove(order: NaiveOrder): void {
    this.orders = this.orders.filter((other) => other !== order);
  }

  private cancelOrder(order: NaiveOrder, reason: BookReason): void {
    this.write(eventKind.cancelled, order.side, reason, order.id, 0, order.ticks, order.shown + order.hidden, order.owner, 0);
    this.remove(order);
  }

  private reject(reason: BookReason, id: number, side: number, ticks: number, lots: number, owner: number): number {
    this.write(eventKind.rejected, side, reason, known(id), 0, known(ticks), known(lots), known(owner), 0);
    return reasonCode(reason);
  }

  private write(kind: number, side: number, reason: BookReason, ...[id, makerId, ticks, lots, owner, makerOwner]: number[]): void {
    this.events.push([this.time, eventCode(kind, side, reasonCode(reason)), id!, makerId!, ticks!, lots!, owner!, makerOwner!]);
  }
}

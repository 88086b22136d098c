import { type BookEvent, copyOrders, type OrderBook } from "../../../market/index.ts";

interface Resting {
  readonly id: number;
  readonly owner: number;
  readonly ticks: number;
  readonly lots: number;
}

function ordersOf(book: OrderBook, side: number): Resting[] {
  const columns = { id: new Float64Array(book.size), ticks: new Float64Array(book.size), lots: new Float64Array(book.size) };
  const count = copyOrders(book, side, columns);
  return Array.from({ length: count }, (_, at) => {
    const id = columns.id[at]!;
    return { id, owner: book.orders.owner[book.slotOf(id)]!, ticks: columns.ticks[at]!, lots: columns.lots[at]! };
  });
}

const lotsOf = (orders: readonly Resting[]): number => orders.reduce((sum, { lots }) => sum + lots, 0);

/** What an agent sees of a book, worked out anew from its orders and its log in words after each step: the plain twin of `observeMarket`. */
export class SlowView {
  private readonly memorySteps: number;
  private readonly mids: number[] = [];
  private signedFlow = 0;
  private flow = 0;
  private seen: number;

  constructor(book: OrderBook, memorySteps: number) {
    this.memorySteps = memorySteps;
    this.seen = book.log.count;
    this.mids.push(midOf(book));
  }

  /** The fields of `marketFields` by name, after another step. */
  look(book: OrderBook): Record<string, number> {
    const events: BookEvent[] = [];
    for (; this.seen < book.log.count; this.seen++) events.push(book.log.describe(this.seen));
    const trades = events.filter(({ kind }) => kind === "trade");
    const signed = trades.reduce((sum, { side, lots }) => sum + (side === "buy" ? lots : -lots), 0);
    const total = trades.reduce((sum, { lots }) => sum + lots, 0);
    this.signedFlow += (signed - this.signedFlow) / this.memorySteps;
    this.flow += (total - this.flow) / this.memorySteps;
    this.mids.push(midOf(book));
    const changes = this.mids.slice(1).map((mid, at) => Math.log(mid / this.mids[at]!));
    const [bids, asks] = [ordersOf(book, 1), ordersOf(book, -1)];
    const [bid, ask] = [bids[0]!.ticks, asks[0]!.ticks];
    const [bidLots, askLots] = [lotsOf(bids.filter(({ ticks }) => ticks === bid)), lotsOf(asks.filter(({ ticks }) => ticks === ask))];
    return {
      "spread-ticks": ask - bid,
      imbalance: (bidLots - askLots) / (bidLots + askLots),
      "weighted-mid-lean-ticks": (ask * bidLots + bid * askLots) / (bidLots + askLots) - (bid + ask) / 2,
      "signed-flow-share": this.flow > 0 ? this.signedFlow / this.flow : 0,
      "flow-lots": this.flow,
      "volatility-bps": 1e4 * Math.sqrt(changes.slice(-this.memorySteps).reduce((sum, change) => sum + change ** 2, 0)),
      "mid-change-ticks": this.mids.at(-1)! - this.mids.at(-2)!,
    };
  }
}

/** The best price of a side among orders of others than an owner. */
export const bestOfOthers = (book: OrderBook, owner: number, side: number): number =>
  ordersOf(book, side).find((order) => order.owner !== owner)!.ticks;

/** Lots and price of the owner's order on a side, its distance from the mid, and the share of its queue that stands before it; null without one. */
export function ownOrderOf(book: OrderBook, owner: number, side: number) {
  const orders = ordersOf(book, side);
  const at = orders.findIndex((order) => order.owner === owner);
  if (at < 0) return null;
  const { lots, ticks } = orders[at]!;
  const ahead = lotsOf(orders.slice(0, at).filter((order) => order.ticks === ticks));
  return { lots, ticks, distance: side * (midOf(book) - ticks), queue: ahead / (ahead + lots) };
}

function midOf(book: OrderBook): number {
  if (book.bidLevel < 0 || book.askLevel < 0) throw new Error("a side is empty: the mid price is told otherwise there");
  return (book.bestBidTicks + book.bestAskTicks) / 2;
}

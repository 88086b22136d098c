import { z } from "zod";
import type { BarEvent, BookEvent, PriceLevel, QuoteEvent, TradeEvent } from "../event.ts";

// ccxt's unified structures: https://docs.ccxt.com/#/?id=unified-api

const told = z.number().nullish();

const trade = z.looseObject({
  id: z.string().nullish(),
  timestamp: z.number(),
  price: z.number(),
  amount: z.number(),
  side: z.enum(["buy", "sell"]).nullish(),
});

/** A unified trade. One without an id is called by its price and size. */
export function tradeOf(value: unknown, symbol: string, receiveTime: number): TradeEvent {
  const { id, timestamp, price, amount, side } = trade.parse(value);
  return {
    kind: "trade",
    symbol,
    exchangeTime: timestamp,
    receiveTime,
    id: id ?? `${price} ${amount}`,
    idSpan: 0,
    price,
    size: amount,
    side: side === "buy" ? 1 : side === "sell" ? -1 : 0,
  };
}

const ticker = z.looseObject({ timestamp: told, bid: told, bidVolume: told, ask: told, askVolume: told });

/** The best prices of a unified ticker; undefined where it has none. */
export function quoteOf(value: unknown, symbol: string, receiveTime: number): QuoteEvent | undefined {
  const { timestamp, bid, bidVolume, ask, askVolume } = ticker.parse(value);
  if (typeof bid !== "number" || typeof ask !== "number") return undefined;
  return {
    kind: "quote",
    symbol,
    exchangeTime: timestamp ?? NaN,
    receiveTime,
    bid,
    bidSize: bidVolume ?? NaN,
    ask,
    askSize: askVolume ?? NaN,
    updateId: 0,
  };
}

const candle = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), told], z.unknown());

/** A unified candle, open or closed. */
export function barOf(value: unknown, symbol: string, timeframeMs: number, receiveTime: number, isClosed: boolean): BarEvent {
  const [openTime, open, high, low, close, volume] = candle.parse(value);
  const bar = { closeTime: openTime + timeframeMs, open, high, low, close, volume: volume ?? 0 };
  return { kind: "bar", symbol, exchangeTime: NaN, receiveTime, timeframeMs, bar, isClosed, isUpdate: false };
}

const level = z.tuple([z.number(), z.number()], z.unknown()).transform(([price, size]): PriceLevel => [price, size]);
const book = z.looseObject({ bids: z.array(level), asks: z.array(level), timestamp: told, nonce: told });

/** Books that are told whole, as changes from one to the next. */
export class BookChanges {
  private bids: ReadonlyMap<number, number> | undefined;
  private asks: ReadonlyMap<number, number> = new Map();

  /** What changed since the last book, all of it as a reset at first; undefined where nothing did. */
  next(value: unknown, symbol: string, receiveTime: number): BookEvent | undefined {
    const { bids, asks, timestamp, nonce } = book.parse(value);
    if (bids.length + asks.length === 0) return undefined; // Its snapshot has not come yet.
    const isReset = this.bids === undefined;
    const [newBids, newAsks] = [new Map(bids), new Map(asks)];
    const changes = { bids: changed(this.bids ?? new Map<number, number>(), newBids), asks: changed(this.asks, newAsks) };
    this.bids = newBids;
    this.asks = newAsks;
    if (!isReset && changes.bids.length + changes.asks.length === 0) return undefined;
    return { kind: "book", symbol, exchangeTime: timestamp ?? NaN, receiveTime, isReset, ...changes, updateId: nonce ?? 0 };
  }

  /** The connection is lost; returns whether the book was known. */
  forget(): boolean {
    const wasKnown = this.bids !== undefined;
    this.bids = undefined;
    this.asks = new Map();
    return wasKnown;
  }
}

function changed(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): PriceLevel[] {
  const levels: PriceLevel[] = [];
  for (const price of before.keys()) if (!after.has(price)) levels.push([price, 0]);
  for (const [price, size] of after) if (before.get(price) !== size) levels.push([price, size]);
  return levels;
}

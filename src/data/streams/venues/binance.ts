import { z } from "zod";
import type { BarEvent, TradeEvent } from "../event.ts";
import { type BookMessage, decimal, type MessageParser, type VenueMessage } from "../message.ts";

// Binance spot: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams

const level = z.tuple([z.string(), z.string()]);
const depthUpdate = z.object({
  e: z.literal("depthUpdate"),
  E: z.number(),
  T: z.number().optional(),
  s: z.string(),
  U: z.int(),
  u: z.int(),
  pu: z.int().optional(),
  b: z.array(level),
  a: z.array(level),
});
const trade = z.object({ e: z.literal("trade"), s: z.string(), t: z.int(), p: decimal, q: decimal, T: z.number(), m: z.boolean() });
const aggregateTrade = z.object({
  e: z.literal("aggTrade"),
  s: z.string(),
  a: z.int(),
  p: decimal,
  q: decimal,
  T: z.number(),
  m: z.boolean(),
});
const bookTicker = z.object({
  u: z.int(),
  s: z.string(),
  E: z.number().optional(),
  T: z.number().optional(),
  b: decimal,
  B: decimal,
  a: decimal,
  A: decimal,
});
const kline = z.object({
  e: z.literal("kline"),
  E: z.number(),
  s: z.string(),
  k: z.object({ t: z.number(), T: z.number(), o: decimal, h: decimal, l: decimal, c: decimal, v: decimal, x: z.boolean() }),
});
const reply = z.object({ id: z.union([z.number(), z.string()]).nullish(), result: z.unknown() });
const failure = z.object({ code: z.number(), msg: z.string() });
const envelope = z.looseObject({ stream: z.string().optional(), data: z.unknown().optional() });

/** What a frame of a Binance market stream says, raw (`/ws`) or combined (`/stream`). Both kinds of trades are called by their own numbers. */
export const parseBinance: MessageParser = (text, receiveTime) => {
  const whole = envelope.parse(JSON.parse(text));
  return [message((whole.stream === undefined ? whole : whole.data) as Record<string, unknown>, receiveTime)];
};

function message(data: Record<string, unknown>, receiveTime: number): VenueMessage {
  if (data.e === "depthUpdate") {
    const { E, T, s, U, u, pu, b, a } = depthUpdate.parse(data);
    return bookMessage(s, T ?? E, receiveTime, { isSnapshot: false, bids: b, asks: a, first: U, last: u, previous: pu ?? NaN });
  }
  if (data.e === "trade") {
    const { t, ...rest } = trade.parse(data);
    return tradeEvent(t, rest, receiveTime);
  }
  if (data.e === "aggTrade") {
    const { a, ...rest } = aggregateTrade.parse(data);
    return tradeEvent(a, rest, receiveTime);
  }
  if (data.e === "kline") {
    const { E, s, k } = kline.parse(data);
    return barEvent(s, E, receiveTime, k);
  }
  if (data.B !== undefined) {
    const { u, s, E, T, b, B, a, A } = bookTicker.parse(data);
    return { kind: "quote", symbol: s, exchangeTime: T ?? E ?? NaN, receiveTime, bid: b, bidSize: B, ask: a, askSize: A, updateId: u };
  }
  const refused = failure.safeParse(data.error ?? data);
  if (refused.success) return { kind: "error", code: String(refused.data.code), text: refused.data.msg };
  if ("result" in data) {
    const { id } = reply.parse(data);
    return { kind: "subscribed", topics: [`request ${id}`] };
  }
  return { kind: "unknown" };
}

const bookMessage = (
  symbol: string,
  exchangeTime: number,
  receiveTime: number,
  rest: Omit<BookMessage, "kind" | "symbol" | "exchangeTime" | "receiveTime" | "checksum">,
): BookMessage => ({ kind: "book-message", symbol, exchangeTime, receiveTime, checksum: NaN, ...rest });

// `m`: the buyer is the maker, so a seller took.
const tradeEvent = (
  id: number,
  { s, p, q, T, m }: { s: string; p: number; q: number; T: number; m: boolean },
  receiveTime: number,
): TradeEvent => ({
  kind: "trade",
  symbol: s,
  exchangeTime: T,
  receiveTime,
  id: String(id),
  idSpan: 1,
  price: p,
  size: q,
  side: m ? -1 : 1,
});

// The venue names the last ms of a bar; the bar is known from the next one on.
const barEvent = (
  symbol: string,
  exchangeTime: number,
  receiveTime: number,
  { t, T, o, h, l, c, v, x }: { t: number; T: number; o: number; h: number; l: number; c: number; v: number; x: boolean },
): BarEvent => ({
  kind: "bar",
  symbol,
  exchangeTime,
  receiveTime,
  timeframeMs: T + 1 - t,
  bar: { closeTime: T + 1, open: o, high: h, low: l, close: c, volume: v },
  isClosed: x,
  isUpdate: false,
});

/** A REST depth snapshot (`/api/v3/depth`). */
export const binanceSnapshot = z.object({ lastUpdateId: z.int(), bids: z.array(level), asks: z.array(level) });

/** The book message of a snapshot, which has no time of its own. */
export const binanceSnapshotMessage = (
  { lastUpdateId, bids, asks }: z.output<typeof binanceSnapshot>,
  symbol: string,
  receiveTime: number,
): BookMessage =>
  bookMessage(symbol, NaN, receiveTime, { isSnapshot: true, bids, asks, first: lastUpdateId, last: lastUpdateId, previous: NaN });

/** Klines by REST (`/api/v3/klines`), oldest first. */
export const binanceKlines = z.array(z.tuple([z.number(), decimal, decimal, decimal, decimal, decimal, z.number()], z.unknown()));

/** The bars of an answer; those that end after `now` (ms) are not closed. */
export const binanceBarEvents = (rows: z.output<typeof binanceKlines>, symbol: string, receiveTime: number, now: number): BarEvent[] =>
  rows.map(([t, o, h, l, c, v, T]) => barEvent(symbol, NaN, receiveTime, { t, T, o, h, l, c, v, x: T < now }));

/** Aggregate trades by REST (`/api/v3/aggTrades`), oldest first. */
export const binanceTrades = z.array(z.object({ a: z.int(), p: decimal, q: decimal, T: z.number(), m: z.boolean() }));

/** The trades of an answer. */
export const binanceTradeEvents = (rows: z.output<typeof binanceTrades>, symbol: string, receiveTime: number): TradeEvent[] =>
  rows.map(({ a, ...rest }) => tradeEvent(a, { s: symbol, ...rest }, receiveTime));

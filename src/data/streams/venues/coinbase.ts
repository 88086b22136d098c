import { z } from "zod";
import type { TradeEvent } from "../event.ts";
import { type BookMessage, decimal, isoTime, type MessageParser, type TextLevel } from "../message.ts";

// Coinbase Exchange: https://docs.cdp.coinbase.com/exchange/websocket-feed/channels

const level = z.tuple([z.string(), z.string()]);
const side = z.enum(["buy", "sell"]);
const snapshot = z.object({
  type: z.literal("snapshot"),
  product_id: z.string(),
  time: isoTime.optional(),
  bids: z.array(level),
  asks: z.array(level),
});
const update = z.object({
  type: z.literal("l2update"),
  product_id: z.string(),
  time: isoTime,
  changes: z.array(z.tuple([side, z.string(), z.string()])),
});
const match = z.object({
  type: z.enum(["match", "last_match"]),
  product_id: z.string(),
  trade_id: z.int(),
  side,
  size: decimal,
  price: decimal,
  time: isoTime,
});
const ticker = z.object({
  type: z.literal("ticker"),
  sequence: z.int().default(0),
  product_id: z.string(),
  time: isoTime,
  best_bid: decimal,
  best_ask: decimal,
  best_bid_size: decimal.optional(),
  best_ask_size: decimal.optional(),
});
const subscriptions = z.object({
  type: z.literal("subscriptions"),
  channels: z.array(z.object({ name: z.string(), product_ids: z.array(z.string()).optional() })),
});
const failure = z.object({ type: z.literal("error"), message: z.string(), reason: z.string().optional() });
const typed = z.looseObject({ type: z.string() });

/** What a frame of the Coinbase Exchange feed says. The `last_match` that follows a subscription is a trade as any other. */
export const parseCoinbase: MessageParser = (text, receiveTime) => {
  const data = typed.parse(JSON.parse(text));
  switch (data.type) {
    case "l2update": {
      const { product_id, time, changes } = update.parse(data);
      const of = (wanted: "buy" | "sell"): TextLevel[] =>
        changes.filter(([which]) => which === wanted).map(([, price, size]) => [price, size]);
      return [bookMessage(product_id, time, receiveTime, false, of("buy"), of("sell"))];
    }
    case "snapshot": {
      const { product_id, time, bids, asks } = snapshot.parse(data);
      return [bookMessage(product_id, time ?? NaN, receiveTime, true, bids, asks)];
    }
    case "match":
    case "last_match": {
      const { product_id, ...rest } = match.parse(data);
      return [tradeEvent(product_id, rest, receiveTime)];
    }
    case "ticker": {
      const { product_id, sequence, time, best_bid, best_ask, best_bid_size, best_ask_size } = ticker.parse(data);
      const sizes = { bidSize: best_bid_size ?? NaN, askSize: best_ask_size ?? NaN };
      return [
        { kind: "quote", symbol: product_id, exchangeTime: time, receiveTime, bid: best_bid, ask: best_ask, ...sizes, updateId: sequence },
      ];
    }
    case "subscriptions": {
      const { channels } = subscriptions.parse(data);
      // The kinds of level2 (batched, 50 levels) are acknowledged by one another's names.
      const topics = channels.flatMap(({ name, product_ids = [] }) =>
        product_ids.map((id) => `${name.replace(/^level2.*/, "level2")} ${id}`),
      );
      return [{ kind: "subscribed", topics }];
    }
    case "error": {
      const { message, reason } = failure.parse(data);
      return [{ kind: "error", code: message, text: reason ?? message }];
    }
    case "heartbeat":
      return [{ kind: "alive" }];
    default:
      return [{ kind: "unknown" }];
  }
};

const bookMessage = (
  symbol: string,
  exchangeTime: number,
  receiveTime: number,
  isSnapshot: boolean,
  bids: readonly TextLevel[],
  asks: readonly TextLevel[],
): BookMessage => ({
  kind: "book-message",
  symbol,
  exchangeTime,
  receiveTime,
  isSnapshot,
  bids,
  asks,
  first: NaN,
  last: NaN,
  previous: NaN,
  checksum: NaN,
});

// `side` is the maker's: a sell order that was taken means that somebody bought.
const tradeEvent = (
  symbol: string,
  { trade_id, side: maker, size, price, time }: { trade_id: number; side: "buy" | "sell"; size: number; price: number; time: number },
  receiveTime: number,
): TradeEvent => ({
  kind: "trade",
  symbol,
  exchangeTime: time,
  receiveTime,
  id: String(trade_id),
  idSpan: 1,
  price,
  size,
  side: maker === "sell" ? 1 : -1,
});

/** Trades by REST (`/products/{id}/trades`), newest first. */
export const coinbaseTrades = z.array(z.object({ trade_id: z.int(), side, size: decimal, price: decimal, time: isoTime }));

/** The trades of an answer, oldest first. */
export const coinbaseTradeEvents = (rows: z.output<typeof coinbaseTrades>, symbol: string, receiveTime: number): TradeEvent[] =>
  rows.map((row) => tradeEvent(symbol, row, receiveTime)).toReversed();

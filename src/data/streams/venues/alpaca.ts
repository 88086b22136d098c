import { z } from "zod";
import type { BarEvent, TradeEvent } from "../event.ts";
import { isoTime, type MessageParser, type TextLevel, type VenueMessage } from "../message.ts";

// Alpaca's market data: https://docs.alpaca.markets/docs/real-time-stock-pricing-data

const minuteMs = 60_000;

const success = z.object({ T: z.literal("success"), msg: z.string() });
const failure = z.object({ T: z.literal("error"), code: z.number(), msg: z.string() });
const channels = ["trades", "quotes", "bars", "updatedBars", "orderbooks"] as const;
const symbols = z.array(z.string()).nullish();
const subscription = z.object({
  T: z.literal("subscription"),
  trades: symbols,
  quotes: symbols,
  bars: symbols,
  updatedBars: symbols,
  orderbooks: symbols,
});
const tradeFields = { i: z.union([z.number(), z.string()]), p: z.number(), s: z.number(), t: isoTime, x: z.string().default("") };
/** `tks`: the taker's side, told of crypto only. */
const tradeRow = z.object({ ...tradeFields, tks: z.enum(["B", "S"]).optional() });
const trade = z.object({ S: z.string() }).extend(tradeRow.shape);
const quote = z.object({ S: z.string(), bp: z.number(), bs: z.number(), ap: z.number(), as: z.number(), t: isoTime });
const barRow = z.object({ t: isoTime, o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() });
const bar = z.object({ T: z.enum(["b", "u"]), S: z.string() }).extend(barRow.shape);
const levels = z.array(z.object({ p: z.number(), s: z.number() }));
/** `r`: the book begins anew with these levels. */
const book = z.object({ S: z.string(), t: isoTime, b: levels, a: levels, r: z.boolean().default(false) });
const frame = z.array(z.looseObject({ T: z.string() }));

/** What a frame of Alpaca's market data says; bars are of a minute, stamped by the vendor with their begin. */
export const parseAlpaca: MessageParser = (text, receiveTime) =>
  frame.parse(JSON.parse(text)).map((message) => messageOf(message, receiveTime));

function messageOf(message: { readonly T: string }, receiveTime: number): VenueMessage {
  switch (message.T) {
    case "t":
      return tradeEvent(trade.parse(message).S, trade.parse(message), receiveTime);
    case "q": {
      const { S, t, bp, bs, ap, as } = quote.parse(message);
      return { kind: "quote", symbol: S, exchangeTime: t, receiveTime, bid: bp, bidSize: bs, ask: ap, askSize: as, updateId: 0 };
    }
    case "b":
    case "u": {
      const { S, T, ...row } = bar.parse(message);
      return barEvent(S, row, receiveTime, T === "u");
    }
    case "o": {
      const { S, t, b, a, r } = book.parse(message);
      const numbers = { first: NaN, last: NaN, previous: NaN, checksum: NaN };
      return {
        kind: "book-message",
        symbol: S,
        exchangeTime: t,
        receiveTime,
        isSnapshot: r,
        bids: textLevels(b),
        asks: textLevels(a),
        ...numbers,
      };
    }
    case "success": {
      const { msg } = success.parse(message);
      return { kind: msg === "connected" ? "welcome" : msg === "authenticated" ? "authenticated" : "alive" };
    }
    case "subscription": {
      const lists = subscription.parse(message);
      return { kind: "subscribed", topics: channels.flatMap((channel) => (lists[channel] ?? []).map((symbol) => `${channel} ${symbol}`)) };
    }
    case "error": {
      const { code, msg } = failure.parse(message);
      return { kind: "error", code: String(code), text: msg };
    }
    default:
      return { kind: "unknown" };
  }
}

const textLevels = (rows: z.output<typeof levels>): TextLevel[] => rows.map(({ p, s }) => [String(p), String(s)]);

// Numbers of trades begin anew every day at every exchange, so they cannot be counted through.
const tradeEvent = (symbol: string, { i, x, t, p, s, tks }: z.output<typeof tradeRow>, receiveTime: number): TradeEvent => ({
  kind: "trade",
  symbol,
  exchangeTime: t,
  receiveTime,
  id: x === "" ? String(i) : `${x} ${i}`,
  idSpan: 0,
  price: p,
  size: s,
  side: tks === "B" ? 1 : tks === "S" ? -1 : 0,
});

const barEvent = (symbol: string, { t, o, h, l, c, v }: z.output<typeof barRow>, receiveTime: number, isUpdate: boolean): BarEvent => ({
  kind: "bar",
  symbol,
  exchangeTime: NaN,
  receiveTime,
  timeframeMs: minuteMs,
  bar: { closeTime: t + minuteMs, open: o, high: h, low: l, close: c, volume: v },
  isClosed: true,
  isUpdate,
});

/** A page of trades by REST (`/v2/stocks/trades`), oldest first. */
export const alpacaTrades = z.object({ trades: z.record(z.string(), z.array(tradeRow)).nullable(), next_page_token: z.string().nullish() });
/** A page of minute bars by REST (`/v2/stocks/bars`), oldest first. */
export const alpacaBars = z.object({ bars: z.record(z.string(), z.array(barRow)).nullable(), next_page_token: z.string().nullish() });

/** The trades of a symbol in a page. */
export const alpacaTradeEvents = ({ trades }: z.output<typeof alpacaTrades>, symbol: string, receiveTime: number): TradeEvent[] =>
  (trades?.[symbol] ?? []).map((row) => tradeEvent(symbol, row, receiveTime));

/** The bars of a symbol in a page. */
export const alpacaBarEvents = ({ bars }: z.output<typeof alpacaBars>, symbol: string, receiveTime: number): BarEvent[] =>
  (bars?.[symbol] ?? []).map((row) => barEvent(symbol, row, receiveTime, false));

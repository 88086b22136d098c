import { z } from "zod";
import type { BarEvent, TradeEvent } from "../event.ts";
import { type BookMessage, decimal, type MessageParser } from "../message.ts";

// OKX v5: https://www.okx.com/docs-v5/en/#order-book-trading-market-data

const whole = z.string().regex(/^\d+$/).transform(Number);
/** Price, size, a field no longer used, and the number of orders. */
const level = z.tuple([z.string(), z.string()], z.string()).transform(([price, size]) => [price, size] as const);
const argument = z.object({ channel: z.string(), instId: z.string().optional() });
const book = z.object({
  asks: z.array(level),
  bids: z.array(level),
  ts: whole,
  checksum: z.number().optional(),
  seqId: z.int().optional(),
  prevSeqId: z.int().optional(),
});
const bookPush = z.object({ arg: argument, action: z.enum(["snapshot", "update"]), data: z.array(book) });
/** `count`: how many matches of one taker are told at once; the id is the last one's. */
const trade = z.object({
  instId: z.string(),
  tradeId: z.string().regex(/^\d+$/),
  px: decimal,
  sz: decimal,
  side: z.enum(["buy", "sell"]),
  ts: whole,
  count: whole.default(1),
});
const ticker = z.object({
  instId: z.string(),
  askPx: z.string(),
  askSz: z.string(),
  bidPx: z.string(),
  bidSz: z.string(),
  ts: whole,
});
const candle = z.tuple([whole, decimal, decimal, decimal, decimal, decimal], z.string());
const event = z.looseObject({ event: z.string(), arg: argument.optional(), code: z.string().optional(), msg: z.string().optional() });
const push = z.looseObject({ arg: argument, data: z.array(z.unknown()) });

/** What a frame of OKX's public or business feed says. */
export const parseOkx: MessageParser = (text, receiveTime) => {
  if (text === "pong") return [{ kind: "alive" }];
  const data = JSON.parse(text) as unknown;
  const told = event.safeParse(data);
  if (told.success) {
    const { event: what, arg, code, msg } = told.data;
    if (what === "subscribe" && arg) return [{ kind: "subscribed", topics: [`${arg.channel} ${arg.instId ?? ""}`] }];
    if (what === "error") return [{ kind: "error", code: code ?? "", text: msg ?? "" }];
    return [{ kind: what === "unsubscribe" ? "alive" : "unknown" }];
  }
  const { arg, data: rows } = push.parse(data);
  const symbol = arg.instId ?? "";
  if (arg.channel.startsWith("books") || arg.channel === "bbo-tbt") {
    const { action, data: books } = bookPush.parse(data);
    return books.map((each) => bookMessage(symbol, action === "snapshot", each, receiveTime));
  }
  if (arg.channel.startsWith("trades"))
    return z
      .array(trade)
      .parse(rows)
      .map((each) => tradeEvent(each, receiveTime));
  if (arg.channel === "tickers") {
    return z
      .array(ticker)
      .parse(rows)
      .map(({ instId, askPx, askSz, bidPx, bidSz, ts }) => ({
        kind: "quote",
        symbol: instId,
        exchangeTime: ts,
        receiveTime,
        bid: amount(bidPx),
        bidSize: amount(bidSz),
        ask: amount(askPx),
        askSize: amount(askSz),
        updateId: 0,
      }));
  }
  const frame = timeframeMs(arg.channel);
  if (frame === undefined) return [{ kind: "unknown" }];
  return z
    .array(candle)
    .parse(rows)
    .map((row) => barEvent(symbol, row, frame, receiveTime));
};

/** An empty side of the book is told as an empty text. */
const amount = (text: string): number => (text === "" ? NaN : decimal.parse(text));

const bookMessage = (symbol: string, isSnapshot: boolean, each: z.infer<typeof book>, receiveTime: number): BookMessage => ({
  kind: "book-message",
  symbol,
  exchangeTime: each.ts,
  receiveTime,
  isSnapshot,
  bids: each.bids,
  asks: each.asks,
  first: NaN,
  last: each.seqId ?? NaN,
  previous: isSnapshot ? NaN : (each.prevSeqId ?? NaN),
  checksum: each.checksum ?? NaN,
});

const tradeEvent = ({ instId, tradeId, px, sz, side, ts, count }: z.infer<typeof trade>, receiveTime: number): TradeEvent => ({
  kind: "trade",
  symbol: instId,
  exchangeTime: ts,
  receiveTime,
  id: tradeId,
  idSpan: count,
  price: px,
  size: sz,
  side: side === "buy" ? 1 : -1,
});

function barEvent(symbol: string, row: z.infer<typeof candle>, frame: number, receiveTime: number): BarEvent {
  const [openTime, open, high, low, close, volume] = row;
  const closeTime = openTime + frame;
  // The last of the further fields (volumes in other currencies) says whether the bar is closed.
  const isClosed = row.length > 6 && row.at(-1) === "1";
  const bar = { closeTime, open, high, low, close, volume };
  return { kind: "bar", symbol, exchangeTime: NaN, receiveTime, timeframeMs: frame, bar, isClosed, isUpdate: false };
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, H: 3_600_000, D: 86_400_000, W: 604_800_000 };

/** The length of a candle channel's bars, such as 60,000 for `candle1m`; undefined for a channel that is none. */
function timeframeMs(channel: string): number | undefined {
  const [, count, unit] = /^candle(\d+)([smHDW])(?:utc)?$/.exec(channel) ?? [];
  return unit === undefined ? undefined : Number(count) * unitMs[unit]!;
}

const answer = <Row extends z.ZodType>(row: Row) => z.object({ code: z.literal("0"), data: z.array(row) });

/** The answer to a request for trades (`/api/v5/market/history-trades`), newest first. */
export const okxTrades = answer(trade);
/** The answer to a request for candles (`/api/v5/market/candles`), newest first. */
export const okxCandles = answer(candle);

/** The trades of an answer, oldest first. */
export const okxTradeEvents = ({ data }: z.output<typeof okxTrades>, receiveTime: number): TradeEvent[] =>
  data.map((each) => tradeEvent(each, receiveTime)).toReversed();

/** The candles of an answer, oldest first. */
export const okxBarEvents = ({ data }: z.output<typeof okxCandles>, symbol: string, frame: number, receiveTime: number): BarEvent[] =>
  data.map((row) => barEvent(symbol, row, frame, receiveTime)).toReversed();

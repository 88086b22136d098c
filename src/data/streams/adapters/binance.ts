import { z } from "zod";
import { barFrameNames, barFrames } from "../bar-frames.ts";
import { SnapshotBookLine } from "../book-line.ts";
import type { BarEvent, TradeEvent } from "../event.ts";
import { SocketStream } from "../socket-stream.ts";
import { type StreamContext, streamKind, type Subscription } from "../stream.ts";
import { streamLimits } from "../stream-limits.ts";
import { streamRest } from "../stream-rest.ts";
import type { SubscribeFrame, VenueRest } from "../venue.ts";
import {
  binanceBarEvents,
  binanceKlines,
  binanceSnapshot,
  binanceSnapshotMessage,
  binanceTradeEvents,
  binanceTrades,
  parseBinance,
} from "../venues/binance.ts";

const pageSize = 1000;
const streamsInFrame = 100;

const params = {
  timeframe: z.enum(barFrameNames).default("1m").describe("length of the bars"),
  socketUrl: z.url().default("wss://stream.binance.com:9443/ws").describe("address of the market streams"),
  baseUrl: z.url().default("https://api.binance.com").describe("address of REST"),
  ...streamLimits,
};
type Params = z.output<z.ZodObject<typeof params>>;

/** Binance spot: aggregate trades, best quotes, klines, and books from depth changes joined to REST snapshots by their numbers. */
export default streamKind({
  name: "binance",
  summary: "Binance spot: trades, quotes, bars and books (public)",
  params,
  open(settings, { symbols, channels }, context) {
    const subscription = { symbols: symbols.map((symbol) => symbol.toUpperCase()), channels };
    return new SocketStream(
      {
        name: "binance",
        url: settings.socketUrl,
        parse: parseBinance,
        subscription,
        timeframeMs: barFrames[settings.timeframe],
        numbersTrades: true,
        greets: false,
        subscribe: subscribeFrames(subscription, settings.timeframe),
        passing: () => false,
        bookLine: (counts) => new SnapshotBookLine(counts),
        rest: (signal) => restOf(settings, context, signal),
      },
      settings,
      context,
    );
  },
});

function subscribeFrames({ symbols, channels }: Subscription, timeframe: string): SubscribeFrame[] {
  const suffix = { trades: "aggTrade", quotes: "bookTicker", bars: `kline_${timeframe}`, book: "depth@100ms" };
  const streams = channels.flatMap((channel) => symbols.map((symbol) => `${symbol.toLowerCase()}@${suffix[channel]}`));
  const frames: SubscribeFrame[] = [];
  for (let start = 0; start < streams.length; start += streamsInFrame) {
    const id = frames.length + 1;
    const text = JSON.stringify({ method: "SUBSCRIBE", params: streams.slice(start, start + streamsInFrame), id });
    frames.push({ text, topics: [`request ${id}`] });
  }
  return frames;
}

function restOf({ baseUrl, timeframe, restTimeoutMs }: Params, context: StreamContext, signal: AbortSignal): VenueRest {
  const { clock } = context;
  const client = streamRest(
    { vendor: "binance", baseUrl, timeoutMs: restTimeoutMs, requestsPerMinute: 300, failureOf: () => undefined },
    context,
    signal,
  );
  return {
    async bookSnapshot(symbol) {
      const snapshot = await client.get("/api/v3/depth", { symbol, limit: 1000 }, binanceSnapshot);
      return binanceSnapshotMessage(snapshot!, symbol, clock.now());
    },
    async missedTrades({ symbol, after, before, sinceMs }) {
      const trades: TradeEvent[] = [];
      for (let from = after + 1; ; from = Number(trades.at(-1)!.id) + 1) {
        const start = Number.isNaN(from) ? { startTime: Math.floor(sinceMs) } : { fromId: from };
        const rows = (await client.get("/api/v3/aggTrades", { symbol, ...start, limit: pageSize }, binanceTrades)) ?? [];
        trades.push(...binanceTradeEvents(rows, symbol, clock.now()));
        if (rows.length < pageSize || rows.at(-1)!.a >= before - 1) return trades;
      }
    },
    async missedBars({ symbol, afterMs }) {
      const bars: BarEvent[] = [];
      // Bars are asked for by their begin: the first one missed begins where the last one known ended.
      for (let startTime = Math.floor(afterMs); ; startTime = bars.at(-1)!.bar.closeTime) {
        const query = { symbol, interval: timeframe, startTime, limit: pageSize };
        const rows = (await client.get("/api/v3/klines", query, binanceKlines)) ?? [];
        bars.push(...binanceBarEvents(rows, symbol, clock.now(), clock.now()).filter(({ isClosed }) => isClosed));
        if (rows.length < pageSize) return bars;
      }
    },
    serverTime: async () => (await client.get("/api/v3/time", {}, z.object({ serverTime: z.number() })))!.serverTime,
  };
}

import { z } from "zod";
import { noSuchChannel } from "../bar-frames.ts";
import { PushedBookLine } from "../book-line.ts";
import type { TradeEvent } from "../event.ts";
import { SocketStream } from "../socket-stream.ts";
import { type StreamContext, streamKind, type Subscription } from "../stream.ts";
import { streamLimits } from "../stream-limits.ts";
import { streamRest } from "../stream-rest.ts";
import type { SubscribeFrame, VenueRest } from "../venue.ts";
import { isMissed } from "../missed-trades.ts";
import { coinbaseTradeEvents, coinbaseTrades, parseCoinbase } from "../venues/coinbase.ts";

const pageSize = 1000;

const params = {
  socketUrl: z.url().default("wss://ws-feed.exchange.coinbase.com").describe("address of the feed"),
  baseUrl: z.url().default("https://api.exchange.coinbase.com").describe("address of REST"),
  ...streamLimits,
};
type Params = z.output<z.ZodObject<typeof params>>;

/** Coinbase Exchange: matches, tickers and batched level 2; heartbeats keep a quiet line awake. */
export default streamKind({
  name: "coinbase",
  summary: "Coinbase Exchange: trades, quotes and books (public)",
  params,
  open: (settings, subscription, context) =>
    new SocketStream(
      {
        name: "coinbase",
        url: settings.socketUrl,
        parse: parseCoinbase,
        subscription,
        timeframeMs: NaN,
        numbersTrades: true,
        greets: false,
        subscribe: [subscribeFrame(subscription)],
        passing: () => false,
        bookLine: (counts) => new PushedBookLine(counts),
        resubscribeBook: (symbol) => ["unsubscribe", "subscribe"].map((type) => frameText(type, [symbol], ["level2_batch"])),
        rest: (signal) => restOf(settings, context, signal),
      },
      settings,
      context,
    ),
});

const frameText = (type: string, symbols: readonly string[], channels: readonly string[]): string =>
  JSON.stringify({ type, product_ids: symbols, channels });

function subscribeFrame({ symbols, channels }: Subscription): SubscribeFrame {
  if (channels.includes("bars")) throw noSuchChannel("coinbase", "bars", "Take its trades, or bars from another venue.");
  const names = { trades: "matches", quotes: "ticker", book: "level2_batch", bars: "" };
  const wanted = channels.map((channel) => names[channel]);
  const topics = symbols.flatMap((symbol) => wanted.map((name) => `${name.replace("_batch", "")} ${symbol}`));
  return { text: frameText("subscribe", symbols, [...wanted, "heartbeat"]), topics };
}

function restOf({ baseUrl, restTimeoutMs }: Params, context: StreamContext, signal: AbortSignal): VenueRest {
  const client = streamRest(
    { vendor: "coinbase", baseUrl, timeoutMs: restTimeoutMs, requestsPerMinute: 300, failureOf: () => undefined },
    context,
    signal,
  );
  return {
    async missedTrades({ symbol, after, before, sinceMs }) {
      const trades: TradeEvent[] = [];
      // Pages go back in time; their parameter `after` means older than that trade.
      for (let older = Number.isNaN(before) ? undefined : before; ;) {
        const path = `/products/${encodeURIComponent(symbol)}/trades`;
        const rows = (await client.get(path, { limit: pageSize, after: older }, coinbaseTrades)) ?? [];
        trades.unshift(...coinbaseTradeEvents(rows, symbol, context.clock.now()));
        const oldest = rows.at(-1);
        if (!oldest || oldest.trade_id <= after + 1 || oldest.time < sinceMs)
          return trades.filter((trade) => isMissed(trade, after, sinceMs));
        older = oldest.trade_id;
      }
    },
    missedBars: () => Promise.reject(noSuchChannel("coinbase", "bars", "Take bars from another venue.")),
    serverTime: async () => (await client.get("/time", {}, z.object({ epoch: z.number() })))!.epoch * 1000,
  };
}

import { z } from "zod";
import { secret } from "../../../base/index.ts";
import { noSuchChannel } from "../bar-frames.ts";
import { PushedBookLine } from "../book-line.ts";
import type { BarEvent, TradeEvent } from "../event.ts";
import { SocketStream } from "../socket-stream.ts";
import { type StreamContext, streamKind, type Subscription } from "../stream.ts";
import { streamLimits } from "../stream-limits.ts";
import { streamRest } from "../stream-rest.ts";
import type { SubscribeFrame, VenueRest } from "../venue.ts";
import { alpacaBarEvents, alpacaBars, alpacaTradeEvents, alpacaTrades, parseAlpaca } from "../venues/alpaca.ts";

const variables = ["APCA_API_KEY_ID", "APCA_API_SECRET_KEY"] as const;
/** Too slow to authenticate, another connection still counted, too slow a reader, their own fault: they pass. */
const passingErrors = ["404", "406", "407", "500"];
const pageSize = 10_000;

const params = {
  feed: z
    .enum(["iex", "sip", "delayed_sip", "boats", "overnight", "test", "crypto"])
    .default("iex")
    .describe("which of Alpaca's feeds; test has the symbol FAKEPACA only"),
  keyId: secret("APCA_API_KEY_ID"),
  secretKey: secret("APCA_API_SECRET_KEY"),
  socketUrl: z.url().default("wss://stream.data.alpaca.markets").describe("address of the market data streams"),
  baseUrl: z.url().default("https://data.alpaca.markets").describe("address of REST"),
  ...streamLimits,
};
type Params = z.output<z.ZodObject<typeof params>>;

/** Alpaca: trades, quotes, minute bars and their corrections, and books of crypto. */
export default streamKind({
  name: "alpaca",
  summary: "Alpaca: trades, quotes and minute bars of US shares, and crypto (needs keys)",
  params,
  open(settings, subscription, context) {
    const { keyId, secretKey, feed, socketUrl } = settings;
    return new SocketStream(
      {
        name: "alpaca",
        url: `${socketUrl}${feed === "crypto" ? "/v1beta3/crypto/us" : `/v2/${feed}`}`,
        parse: parseAlpaca,
        subscription,
        timeframeMs: 60_000,
        numbersTrades: false,
        greets: true,
        authentication: {
          frame: JSON.stringify({ action: "auth", key: keyId, secret: secretKey }),
          secrets: [keyId, secretKey],
          variables: variables.join(" and "),
        },
        subscribe: [subscribeFrame(subscription, feed)],
        passing: (code) => passingErrors.includes(code),
        bookLine: (counts) => new PushedBookLine(counts),
        resubscribeBook: (symbol) => ["unsubscribe", "subscribe"].map((action) => JSON.stringify({ action, orderbooks: [symbol] })),
        rest: (signal) => restOf(settings, context, signal),
      },
      settings,
      context,
    );
  },
});

function subscribeFrame({ symbols, channels }: Subscription, feed: Params["feed"]): SubscribeFrame {
  if (channels.includes("book") && feed !== "crypto") throw noSuchChannel("alpaca", "book of shares", "Take quotes, or the feed crypto.");
  const names = { trades: ["trades"], quotes: ["quotes"], bars: ["bars", "updatedBars"], book: ["orderbooks"] };
  const wanted = channels.flatMap((channel) => names[channel]);
  const lists = Object.fromEntries(wanted.map((name) => [name, symbols]));
  return {
    text: JSON.stringify({ action: "subscribe", ...lists }),
    topics: wanted.flatMap((name) => symbols.map((symbol) => `${name} ${symbol}`)),
  };
}

function restOf(settings: Params, context: StreamContext, signal: AbortSignal): VenueRest {
  const { baseUrl, feed, keyId, secretKey, restTimeoutMs } = settings;
  const client = streamRest(
    {
      vendor: "alpaca",
      baseUrl,
      variables,
      secrets: [keyId, secretKey],
      headers: { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": secretKey },
      timeoutMs: restTimeoutMs,
      requestsPerMinute: 180,
      failureOf: () => undefined,
    },
    context,
    signal,
  );
  const root = feed === "crypto" ? "/v1beta3/crypto/us" : "/v2/stocks";
  const from = (symbol: string, startMs: number) => ({
    symbols: symbol,
    start: new Date(startMs).toISOString(),
    limit: pageSize,
    sort: "asc",
    feed: feed === "crypto" || feed === "test" ? undefined : feed,
  });
  return {
    async missedTrades({ symbol, sinceMs }) {
      const trades: TradeEvent[] = [];
      for (let token: string | undefined; ;) {
        const page = await client.get(`${root}/trades`, { ...from(symbol, Math.floor(sinceMs)), page_token: token }, alpacaTrades);
        trades.push(...(page ? alpacaTradeEvents(page, symbol, context.clock.now()) : []));
        token = page?.next_page_token ?? undefined;
        if (token === undefined) return trades;
      }
    },
    async missedBars({ symbol, afterMs, beforeMs }) {
      const bars: BarEvent[] = [];
      for (let token: string | undefined; ;) {
        const query = { ...from(symbol, afterMs), timeframe: "1Min", page_token: token };
        const page = await client.get(`${root}/bars`, query, alpacaBars);
        bars.push(...(page ? alpacaBarEvents(page, symbol, context.clock.now()) : []));
        token = page?.next_page_token ?? undefined;
        const now = context.clock.now();
        if (token === undefined) return bars.filter(({ bar }) => bar.closeTime <= now && !(bar.closeTime >= beforeMs));
      }
    },
  };
}

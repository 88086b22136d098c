import { z } from "zod";
import { barFrameNames, barFrames } from "../bar-frames.ts";
import { PushedBookLine } from "../book-line.ts";
import type { BarEvent, TradeEvent } from "../event.ts";
import { joinStreams } from "../join-streams.ts";
import { SocketStream } from "../socket-stream.ts";
import { type StreamChannel, type StreamContext, streamKind, type Subscription } from "../stream.ts";
import { streamLimits } from "../stream-limits.ts";
import { streamRest } from "../stream-rest.ts";
import type { SubscribeFrame, VenueRest } from "../venue.ts";
import { isMissed } from "../missed-trades.ts";
import { okxBarEvents, okxCandles, okxTradeEvents, okxTrades, parseOkx } from "../venues/okx.ts";

const tradePage = 100;
const candlePage = 300;
/** Too many requests, the service is being upgraded or is down: they pass. */
const passingErrors = ["50001", "50011", "50013", "60014", "64008"];

const params = {
  timeframe: z.enum(barFrameNames).default("1m").describe("length of the bars"),
  socketUrl: z.url().default("wss://ws.okx.com:8443/ws/v5/public").describe("address of the public feed"),
  businessUrl: z.url().default("wss://ws.okx.com:8443/ws/v5/business").describe("address of the feed that has the bars"),
  baseUrl: z.url().default("https://www.okx.com").describe("address of REST"),
  ...streamLimits,
};
type Params = z.output<z.ZodObject<typeof params>>;

/** OKX: trades, tickers, candles, and books whose changes name their predecessor and carry a checksum. Its bars come over a socket of their own. */
export default streamKind({
  name: "okx",
  summary: "OKX: trades, quotes, bars and books with checksums (public)",
  params,
  open(settings, { symbols, channels }, context) {
    const others = channels.filter((channel) => channel !== "bars");
    const parts = [
      ...(others.length > 0 ? [socketOf(settings, settings.socketUrl, { symbols, channels: others }, context)] : []),
      ...(others.length < channels.length ? [socketOf(settings, settings.businessUrl, { symbols, channels: ["bars"] }, context)] : []),
    ];
    return parts.length === 1 ? parts[0]! : joinStreams("okx", parts, settings.capacity);
  },
});

function socketOf(settings: Params, url: string, subscription: Subscription, context: StreamContext): SocketStream {
  return new SocketStream(
    {
      name: "okx",
      url,
      parse: parseOkx,
      subscription,
      timeframeMs: barFrames[settings.timeframe],
      numbersTrades: true,
      greets: false,
      subscribe: [subscribeFrame(subscription, settings.timeframe)],
      pingFrame: "ping",
      passing: (code) => passingErrors.includes(code),
      bookLine: (counts) => new PushedBookLine(counts),
      resubscribeBook: (symbol) => ["unsubscribe", "subscribe"].map((op) => frameText(op, [{ channel: "books", instId: symbol }])),
      rest: (signal) => restOf(settings, context, signal),
    },
    settings,
    context,
  );
}

interface Argument {
  readonly channel: string;
  readonly instId: string;
}

const frameText = (op: string, args: readonly Argument[]): string => JSON.stringify({ op, args });

/** OKX writes hours and days in capitals, and says that days are those of UTC. */
const okxFrame = (timeframe: Params["timeframe"]): string =>
  timeframe.endsWith("m") ? timeframe : timeframe === "1d" ? "1Dutc" : timeframe.toUpperCase();

function subscribeFrame({ symbols, channels }: Subscription, timeframe: Params["timeframe"]): SubscribeFrame {
  const names: Record<StreamChannel, string> = { trades: "trades", quotes: "tickers", book: "books", bars: `candle${okxFrame(timeframe)}` };
  const args = channels.flatMap((channel) => symbols.map((symbol): Argument => ({ channel: names[channel], instId: symbol })));
  return { text: frameText("subscribe", args), topics: args.map(({ channel, instId }) => `${channel} ${instId}`) };
}

function restOf({ baseUrl, timeframe, restTimeoutMs }: Params, context: StreamContext, signal: AbortSignal): VenueRest {
  const { clock } = context;
  const client = streamRest(
    { vendor: "okx", baseUrl, timeoutMs: restTimeoutMs, requestsPerMinute: 300, failureOf: () => undefined },
    context,
    signal,
  );
  return {
    async missedTrades({ symbol, after, before, sinceMs }) {
      const trades: TradeEvent[] = [];
      // Pages go back in time; their parameter `after` means older than that trade.
      for (let older = Number.isNaN(before) ? undefined : before; ;) {
        const query = { instId: symbol, type: 1, after: older, limit: tradePage };
        const page = okxTradeEvents(
          (await client.get("/api/v5/market/history-trades", query, okxTrades)) ?? { code: "0", data: [] },
          clock.now(),
        );
        trades.unshift(...page);
        const oldest = page[0];
        if (!oldest || Number(oldest.id) <= after + 1 || oldest.exchangeTime < sinceMs) {
          return trades.filter((trade) => isMissed(trade, after, sinceMs));
        }
        older = Number(oldest.id);
      }
    },
    async missedBars({ symbol, timeframeMs, afterMs, beforeMs }) {
      const bars: BarEvent[] = [];
      // Pages go back in time and are asked for by the begin of their bars; both bounds are exclusive.
      for (let older = Number.isNaN(beforeMs) ? undefined : beforeMs - timeframeMs; ;) {
        const query = { instId: symbol, bar: okxFrame(timeframe), before: afterMs - 1, after: older, limit: candlePage };
        const answer = (await client.get("/api/v5/market/candles", query, okxCandles)) ?? { code: "0" as const, data: [] };
        bars.unshift(...okxBarEvents(answer, symbol, barFrames[timeframe], clock.now()).filter(({ isClosed }) => isClosed));
        if (answer.data.length < candlePage) return bars;
        older = answer.data.at(-1)![0];
      }
    },
    async serverTime() {
      const answer = await client.get("/api/v5/public/time", {}, z.object({ data: z.tuple([z.object({ ts: z.coerce.number() })]) }));
      return answer!.data[0].ts;
    },
  };
}

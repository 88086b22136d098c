import type { MarketBar, MarketTrade } from "../fake-market.ts";
import { type Dialect, itemsOf, numberIn } from "../dialect.ts";

const trade = ({ symbol, number, price, size, taker, timeMs }: MarketTrade) => ({
  instId: symbol,
  tradeId: String(number),
  px: price,
  sz: size,
  side: taker === 1 ? "buy" : "sell",
  ts: String(timeMs),
});
const candle = ({ timeMs, open, high, low, close, volume }: MarketBar) => [
  String(timeMs - 60_000),
  open,
  high,
  low,
  close,
  volume,
  "0",
  "0",
  "1",
];
const levels = (side: readonly (readonly [string, string])[]) => side.map(([price, size]) => [price, size, "0", "1"]);

/** OKX v5: trades, tickers, books with checksums and predecessors, candles; history by REST. */
export const okxDialect: Dialect = {
  name: "okx",
  symbols: ["BTC-USDT", "ETH-USDT"],
  path: "/ws/v5/public",
  greeting: [],
  hear(text, { topics }, { market, position }) {
    if (text === "ping") return ["pong"];
    const { op, args } = JSON.parse(text) as { op: string; args: { channel: string; instId: string }[] };
    return args.flatMap((arg) => {
      const topic = `${arg.channel} ${arg.instId}`;
      if (!market.symbols.includes(arg.instId)) {
        return [
          JSON.stringify({ event: "error", code: "60018", msg: `Wrong URL or channel:${arg.channel},instId:${arg.instId} doesn't exist.` }),
        ];
      }
      if (op === "unsubscribe") {
        topics.delete(topic);
        return [JSON.stringify({ event: "unsubscribe", arg })];
      }
      topics.add(topic);
      const answer = JSON.stringify({ event: "subscribe", arg });
      if (arg.channel !== "books") return [answer];
      const { bids, asks, last, checksum, timeMs } = market.bookAt(arg.instId, position);
      const data = [{ asks: levels(asks), bids: levels(bids), ts: String(timeMs), checksum, seqId: last, prevSeqId: -1 }];
      return [answer, JSON.stringify({ arg, action: "snapshot", data })];
    });
  },
  tell(item, { topics }) {
    const { symbol: instId, timeMs } = item;
    const push = (channel: string, data: unknown, rest: object = {}) =>
      topics.has(`${channel} ${instId}`) ? JSON.stringify({ arg: { channel, instId }, ...rest, data: [data] }) : undefined;
    if (item.kind === "trade") return push("trades", { ...trade(item), count: "1" });
    if (item.kind === "quote") {
      const { bid: bidPx, bidSize: bidSz, ask: askPx, askSize: askSz } = item;
      return push("tickers", { instId, bidPx, bidSz, askPx, askSz, ts: String(timeMs) });
    }
    if (item.kind === "bar") return push("candle1m", candle(item));
    const { bids, asks, checksum, last: seqId, previous: prevSeqId } = item;
    const data = { asks: levels(asks), bids: levels(bids), ts: String(timeMs), checksum, seqId, prevSeqId };
    return push("books", data, { action: "update" });
  },
  errorFrame: JSON.stringify({ event: "error", code: "64008", msg: "The connection will soon be closed for a service upgrade." }),
  rest(url, view) {
    const symbol = url.searchParams.get("instId");
    const older = numberIn(url, "after") ?? Infinity;
    const newer = numberIn(url, "before") ?? -Infinity;
    const limit = numberIn(url, "limit") ?? 100;
    const answer = (data: unknown[]) => ({ code: "0", msg: "", data });
    switch (url.pathname) {
      case "/api/v5/public/time":
        return answer([{ ts: String(view.market.timeAt(view.position)) }]);
      case "/api/v5/market/history-trades":
        return answer(
          itemsOf(view, "trade", symbol)
            .filter(({ number }) => number < older)
            .toReversed()
            .slice(0, Math.min(limit, 100))
            .map(trade),
        );
      case "/api/v5/market/candles":
        return answer(
          itemsOf(view, "bar", symbol)
            .filter(({ timeMs }) => timeMs - 60_000 < older && timeMs - 60_000 > newer)
            .toReversed()
            .slice(0, Math.min(limit, 300))
            .map(candle),
        );
      default:
        return undefined;
    }
  },
};

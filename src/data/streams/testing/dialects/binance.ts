import type { MarketBar, MarketTrade } from "../fake-market.ts";
import { type Dialect, itemsOf, numberIn } from "../dialect.ts";

const aggregate = ({ number, price, size, timeMs, taker }: MarketTrade) => ({
  a: number,
  p: price,
  q: size,
  f: number,
  l: number,
  T: timeMs,
  m: taker === -1,
  M: true,
});

const kline = ({ timeMs, open, high, low, close, volume }: MarketBar) => [
  timeMs - 60_000,
  open,
  high,
  low,
  close,
  volume,
  timeMs - 1,
  "0",
  1,
  "0",
  "0",
  "0",
];

const listing = (symbol: string) => ({
  symbol,
  status: "TRADING",
  baseAsset: symbol.slice(0, 3),
  baseAssetPrecision: 8,
  quoteAsset: symbol.slice(3),
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  orderTypes: ["LIMIT", "MARKET"],
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: false,
  filters: [
    { filterType: "PRICE_FILTER", minPrice: "0.01", maxPrice: "1000000", tickSize: "0.01" },
    { filterType: "LOT_SIZE", minQty: "0.001", maxQty: "9000", stepSize: "0.001" },
  ],
  permissions: [],
  permissionSets: [["SPOT"]],
});

/** Binance spot: `/ws` with SUBSCRIBE, and the REST of depth, aggregate trades, klines and time. */
export const binanceDialect: Dialect = {
  name: "binance",
  symbols: ["BTCUSDT", "ETHUSDT"],
  path: "/ws",
  greeting: [],
  hear(text, session) {
    const { method, params, id } = JSON.parse(text) as { method: string; params: string[]; id: number };
    for (const name of params) {
      if (method === "SUBSCRIBE") session.topics.add(name);
      else session.topics.delete(name);
    }
    return [JSON.stringify({ result: null, id })];
  },
  tell(item, { topics }) {
    const { symbol: s, timeMs: E } = item;
    const stream = (suffix: string) => topics.has(`${s.toLowerCase()}@${suffix}`);
    if (item.kind === "trade") {
      if (stream("aggTrade")) return JSON.stringify({ e: "aggTrade", E, s, ...aggregate(item) });
      const { number, price: p, size: q, taker } = item;
      const t = 7 * number; // Single trades have numbers of their own.
      return stream("trade") ? JSON.stringify({ e: "trade", E, s, t, p, q, T: E, m: taker === -1, M: true }) : undefined;
    }
    if (item.kind === "quote") {
      const { bid: b, bidSize: B, ask: a, askSize: A, updateId: u } = item;
      return stream("bookTicker") ? JSON.stringify({ u, s, b, B, a, A }) : undefined;
    }
    if (item.kind === "bar") {
      const [t, o, h, l, c, v, T] = kline(item);
      return stream("kline_1m") ? JSON.stringify({ e: "kline", E, s, k: { t, T, s, i: "1m", o, h, l, c, v, x: true } }) : undefined;
    }
    const { first: U, last: u, bids: b, asks: a } = item;
    return stream("depth@100ms") ? JSON.stringify({ e: "depthUpdate", E, s, U, u, b, a }) : undefined;
  },
  errorFrame: JSON.stringify({ error: { code: 1, msg: "Invalid value type" }, id: 7 }),
  rest(url, view) {
    const symbol = url.searchParams.get("symbol");
    const limit = numberIn(url, "limit") ?? 500;
    switch (url.pathname) {
      case "/api/v3/exchangeInfo":
        return { timezone: "UTC", serverTime: view.market.timeAt(view.position), symbols: view.market.symbols.map(listing) };
      case "/api/v3/time":
        return { serverTime: view.market.timeAt(view.position) };
      case "/api/v3/depth": {
        const { bids, asks, last } = view.market.bookAt(symbol!, view.position);
        return { lastUpdateId: last, bids, asks };
      }
      case "/api/v3/aggTrades": {
        const [from, start] = [numberIn(url, "fromId"), numberIn(url, "startTime")];
        const trades = itemsOf(view, "trade", symbol).filter(({ number, timeMs }) => number >= (from ?? 0) && timeMs >= (start ?? 0));
        return (from === undefined && start === undefined ? trades.slice(-limit) : trades.slice(0, limit)).map(aggregate);
      }
      case "/api/v3/klines": {
        const bars = itemsOf(view, "bar", symbol).filter(({ timeMs }) => timeMs - 60_000 >= (numberIn(url, "startTime") ?? 0));
        return bars.slice(0, limit).map(kline);
      }
      default:
        return undefined;
    }
  },
};

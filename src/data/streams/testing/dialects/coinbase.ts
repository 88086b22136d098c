import type { MarketItem, MarketTrade } from "../fake-market.ts";
import { type Dialect, itemsOf, numberIn, type MarketView } from "../dialect.ts";

const iso = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, -1)}000Z`;
const match = ({ number, size, price, taker, timeMs }: MarketTrade) => ({
  trade_id: number,
  side: taker === 1 ? "sell" : "buy", // The maker's.
  size,
  price,
  time: iso(timeMs),
});

function snapshot(symbol: string, { market, position }: MarketView): string {
  const { bids, asks, timeMs } = market.bookAt(symbol, position);
  return JSON.stringify({ type: "snapshot", product_id: symbol, bids, asks, time: iso(timeMs) });
}

/** Coinbase Exchange: matches, ticker and batched level 2 with snapshots over the socket; trades by REST. */
export const coinbaseDialect: Dialect = {
  name: "coinbase",
  symbols: ["BTC-USD", "ETH-USD"],
  path: "/",
  greeting: [],
  hear(text, { topics }, view) {
    const { type, product_ids, channels } = JSON.parse(text) as { type: string; product_ids: string[]; channels: string[] };
    const unknown = product_ids.find((id) => !view.market.symbols.includes(id));
    if (unknown !== undefined) {
      return [JSON.stringify({ type: "error", message: "Failed to subscribe", reason: `${unknown} is not a valid product` })];
    }
    const answers: string[] = [];
    for (const topic of channels.flatMap((channel) => product_ids.map((id) => `${channel} ${id}`))) {
      if (type === "subscribe") topics.add(topic);
      else topics.delete(topic);
    }
    const named = Object.groupBy([...topics], (topic) => topic.split(" ")[0]!.replace("level2_batch", "level2_50"));
    const lists = Object.entries(named).map(([name, all = []]) => ({ name, product_ids: all.map((topic) => topic.split(" ")[1]!) }));
    answers.push(JSON.stringify({ type: "subscriptions", channels: lists }));
    if (type !== "subscribe") return answers;
    for (const symbol of product_ids) {
      const last = itemsOf(view, "trade", symbol).at(-1);
      if (channels.includes("matches") && last) answers.push(JSON.stringify({ type: "last_match", product_id: symbol, ...match(last) }));
      if (channels.includes("level2_batch")) answers.push(snapshot(symbol, view));
    }
    return answers;
  },
  tell(item: MarketItem, { topics }) {
    const { symbol: product_id, timeMs } = item;
    const time = iso(timeMs);
    if (item.kind === "trade") {
      return topics.has(`matches ${product_id}`) ? JSON.stringify({ type: "match", product_id, ...match(item) }) : undefined;
    }
    if (item.kind === "quote") {
      const { bid: best_bid, bidSize: best_bid_size, ask: best_ask, askSize: best_ask_size } = item;
      const sizes = { best_bid_size, best_ask_size };
      return topics.has(`ticker ${product_id}`)
        ? JSON.stringify({ type: "ticker", product_id, best_bid, best_ask, ...sizes, time })
        : undefined;
    }
    if (item.kind === "bar" || !topics.has(`level2_batch ${product_id}`)) return undefined;
    const changes = [...item.bids.map((level) => ["buy", ...level]), ...item.asks.map((level) => ["sell", ...level])];
    return JSON.stringify({ type: "l2update", product_id, changes, time });
  },
  errorFrame: JSON.stringify({ type: "error", message: "Slow consumer" }),
  rest(url, view) {
    if (url.pathname === "/time") {
      const timeMs = view.market.timeAt(view.position);
      return { iso: new Date(timeMs).toISOString(), epoch: timeMs / 1000 };
    }
    const symbol = /^\/products\/([^/]+)\/trades$/.exec(url.pathname)?.[1];
    if (symbol === undefined) return undefined;
    const older = numberIn(url, "after") ?? Infinity;
    const trades = itemsOf(view, "trade", symbol).filter(({ number }) => number < older);
    return trades
      .toReversed()
      .slice(0, numberIn(url, "limit") ?? 100)
      .map(match);
  },
};

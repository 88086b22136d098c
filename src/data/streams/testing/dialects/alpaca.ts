import type { MarketBar, MarketTrade } from "../fake-market.ts";
import { type Dialect, itemsOf, type MarketView } from "../dialect.ts";

/** The keys that the fake Alpaca takes. */
export const alpacaKeys = { keyId: "PKTESTTESTTEST", secretKey: "s3cr3t-of-the-test" };

const iso = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, -1)}000000Z`;
const trade = ({ number, price, size, timeMs }: MarketTrade) => ({
  i: number,
  x: "V",
  p: Number(price),
  s: Number(size),
  c: ["@"],
  z: "C",
  t: iso(timeMs),
});
const bar = ({ timeMs, open, high, low, close, volume }: MarketBar) => ({
  t: `${new Date(timeMs - 60_000).toISOString().slice(0, 19)}Z`,
  o: Number(open),
  h: Number(high),
  l: Number(low),
  c: Number(close),
  v: Number(volume),
  n: 1,
  vw: Number(close),
});

/** Pages of seven rows, the token being the number of the next row. */
function page<Row extends { readonly timeMs: number }>(
  url: URL,
  rows: readonly Row[],
  write: (row: Row) => unknown,
  offsetMs: number,
): object {
  const since = Date.parse(url.searchParams.get("start")!);
  const wanted = rows.filter(({ timeMs }) => timeMs - offsetMs >= since);
  const start = Number(url.searchParams.get("page_token") ?? 0);
  const next = start + 7 < wanted.length ? String(start + 7) : null;
  return { rows: wanted.slice(start, start + 7).map(write), next_page_token: next };
}

/** Alpaca's stock data: welcome, authentication, subscription by lists, arrays of messages; trades and bars by REST in pages. */
export const alpacaDialect: Dialect = {
  name: "alpaca",
  symbols: ["AAPL", "MSFT"],
  path: "/v2/iex",
  greeting: [JSON.stringify([{ T: "success", msg: "connected" }])],
  hear(text, session) {
    const { action, key, secret, ...lists } = JSON.parse(text) as { action: string; key?: string; secret?: string } & Record<
      string,
      string[]
    >;
    const error = (code: number, msg: string) => [JSON.stringify([{ T: "error", code, msg }])];
    if (action === "auth") {
      if (key !== alpacaKeys.keyId || secret !== alpacaKeys.secretKey) return error(402, "auth failed");
      session.authenticated = true;
      return [JSON.stringify([{ T: "success", msg: "authenticated" }])];
    }
    if (!session.authenticated) return error(401, "not authenticated");
    for (const [channel, symbols] of Object.entries(lists)) {
      for (const symbol of symbols) {
        if (action === "subscribe" && symbol === "TOOMANY") return error(405, "symbol limit exceeded");
        if (action === "subscribe") session.topics.add(`${channel} ${symbol}`);
        else session.topics.delete(`${channel} ${symbol}`);
      }
    }
    const names = ["trades", "quotes", "bars", "updatedBars"];
    const listed = names.map((name) => [
      name,
      [...session.topics].filter((topic) => topic.startsWith(`${name} `)).map((topic) => topic.split(" ")[1]!),
    ]);
    return [JSON.stringify([{ T: "subscription", ...Object.fromEntries(listed) }])];
  },
  tell(item, { topics }) {
    const { symbol: S, timeMs } = item;
    const push = (channel: string, data: object) => (topics.has(`${channel} ${S}`) ? JSON.stringify([{ S, ...data }]) : undefined);
    if (item.kind === "trade") return push("trades", { T: "t", ...trade(item) });
    if (item.kind === "bar") return push("bars", { T: "b", ...bar(item) });
    if (item.kind === "depth") return undefined;
    const sizes = { bs: Number(item.bidSize), as: Number(item.askSize) };
    return push("quotes", {
      T: "q",
      bx: "V",
      bp: Number(item.bid),
      ax: "V",
      ap: Number(item.ask),
      ...sizes,
      c: ["R"],
      z: "C",
      t: iso(timeMs),
    });
  },
  errorFrame: JSON.stringify([{ T: "error", code: 500, msg: "internal error" }]),
  rest(url, view: MarketView) {
    const symbol = url.searchParams.get("symbols")!;
    const kind = /^\/v2\/stocks\/(trades|bars)$/.exec(url.pathname)?.[1];
    if (kind === undefined) return undefined;
    const { rows, ...rest } = (
      kind === "trades" ? page(url, itemsOf(view, "trade", symbol), trade, 0) : page(url, itemsOf(view, "bar", symbol), bar, 60_000)
    ) as { rows: unknown[] };
    return { [kind]: rows.length === 0 ? {} : { [symbol]: rows }, ...rest };
  },
};

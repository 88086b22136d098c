import { z } from "zod";
import { secret } from "../../base/index.ts";
import { remoteSource } from "../remote-source.ts";
import { type Batch, barPages } from "../vendors/bar-pages.ts";
import { barParams, fractionAt, type Interval, lateEventDays, spanOf, type TimeSpan } from "../vendors/bar-params.ts";
import { actionsOf, type CompanyEvents, type Dividend, type Split } from "../vendors/company-events.ts";
import { type VendorClient, vendorClient } from "../vendors/http-client.ts";
import { marketHours, type MarketHours } from "../vendors/market-hours.ts";
import type { VendorFailure } from "../vendors/vendor-failure.ts";

const Bar = z.object({ t: z.iso.datetime(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() }).partial({
  o: true,
  h: true,
  l: true,
  c: true,
  v: true,
});
const Page = z.object({ bars: z.record(z.string(), z.array(Bar)).nullish(), next_page_token: z.string().nullish() });

const Ratio = z.object({ symbol: z.string(), ex_date: z.string(), new_rate: z.number(), old_rate: z.number() });
const Actions = z.object({
  corporate_actions: z.object({
    forward_splits: z.array(Ratio).optional(),
    reverse_splits: z.array(Ratio).optional(),
    stock_dividends: z.array(z.object({ symbol: z.string(), ex_date: z.string(), rate: z.number() })).optional(),
    cash_dividends: z.array(z.object({ symbol: z.string(), ex_date: z.string(), rate: z.number() })).optional(),
  }),
  next_page_token: z.string().nullish(),
});

const timeframes: Readonly<Record<Interval, string>> = {
  "1m": "1Min",
  "5m": "5Min",
  "15m": "15Min",
  "30m": "30Min",
  "1h": "1Hour",
  "1d": "1Day",
};

/** Alpaca's market data: US stocks (`/v2/stocks/bars`) and, where the symbol has a slash, coins. Splits and dividends come beside. */
export default remoteSource({
  name: "alpaca",
  summary: "Alpaca: US stocks since 2016 and crypto, daily and intraday",
  params: {
    ...barParams({
      intervals: ["1d", "1h", "30m", "15m", "5m", "1m"],
      adjustments: ["raw", "split", "all"],
      baseUrl: "https://data.alpaca.markets",
      requestsPerMinute: 200,
    }),
    feed: z.enum(["sip", "iex", "otc"]).prefault("sip").describe("stocks: all exchanges, IEX alone, or over the counter"),
    actions: z.boolean().prefault(true).describe("ask for splits and dividends as well"),
    keyId: secret("APCA_API_KEY_ID"),
    secretKey: secret("APCA_API_SECRET_KEY"),
  },
  async *pages(params, context) {
    const { symbol, interval, adjustment, keyId, secretKey, feed } = params;
    const isCrypto = symbol.includes("/");
    const hours = marketHours(params.calendar, isCrypto ? "always" : "nyse");
    const span = spanOf(params, hours, isCrypto ? "2021-01-01" : "2016-01-01", context);
    if (!span) return;
    const client = vendorClient(
      {
        ...params,
        vendor: "Alpaca",
        variables: ["APCA_API_KEY_ID", "APCA_API_SECRET_KEY"],
        secrets: [keyId, secretKey],
        headers: { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": secretKey },
        failureOf,
      },
      context,
    );
    const withEvents = params.actions && !isCrypto && adjustment !== "all";
    const events = withEvents ? await eventsOf(client, symbol, span, hours) : { splits: [], dividends: [] };
    // The free plan refuses the last quarter of an hour of all exchanges.
    const end = Math.min(span.end, context.clock.now() - settleMs);
    const query = {
      symbols: symbol,
      timeframe: timeframes[interval],
      start: new Date(span.start).toISOString(),
      end: new Date(end).toISOString(),
      limit: 10_000,
      sort: "asc",
      ...(isCrypto ? {} : { adjustment, feed }),
    };
    const path = isCrypto ? "/v1beta3/crypto/us/bars" : "/v2/stocks/bars";
    if (end <= span.start) return;
    yield* barPages(
      {
        ...params,
        hours,
        currency: params.currency ?? "USD",
        settleMs,
        layout: "JSON of the bars endpoint",
        timeFormat: "ISO 8601",
        columns: { time: "t", open: "o", high: "h", low: "l", close: "c", volume: "v" },
        note: `Prices from Alpaca (${isCrypto ? "its own crypto venue" : feed}), whose own terms apply. ${notes[isCrypto ? "raw" : adjustment]}${
          withEvents || isCrypto || adjustment === "all" ? "" : " Without splits and dividends, as asked for."
        }`,
        actions: actionsOf(events, adjustment, hours),
      },
      batches(client, path, query, { symbol, interval, hours, span }),
      context,
    );
  },
});

const dayMs = 86_400_000;
const settleMs = 16 * 60_000;

const notes = { raw: "As paid.", split: "Restated by Alpaca for splits.", all: "Restated by Alpaca for splits and dividends." } as const;

async function* batches(
  client: VendorClient,
  path: string,
  query: Readonly<Record<string, string | number>>,
  { symbol, interval, hours, span }: { symbol: string; interval: Interval; hours: MarketHours; span: TimeSpan },
): AsyncGenerator<Batch> {
  const timeOf = (stamp: string) => (interval === "1d" ? Date.parse(hours.dayOf(Date.parse(stamp))) : Date.parse(stamp));
  for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
    const page = await client.get(path, { ...query, page_token: token }, Page);
    const bars = page?.bars?.[symbol] ?? [];
    const last = bars.at(-1);
    token = page?.next_page_token ?? undefined;
    yield {
      rows: bars.map(({ t, o, h, l, c, v }) => ({ time: timeOf(t), open: o, high: h, low: l, close: c, volume: v })),
      fraction: token === undefined ? 1 : Math.min(0.999, last ? fractionAt(span, Date.parse(last.t)) : 0),
    };
  }
}

async function eventsOf(client: VendorClient, symbol: string, { start }: TimeSpan, hours: MarketHours): Promise<CompanyEvents> {
  const splits: Split[] = [];
  const dividends: Dividend[] = [];
  const query = {
    symbols: symbol,
    types: "forward_split,reverse_split,stock_dividend,cash_dividend",
    start: hours.dayOf(start - lateEventDays * dayMs),
    end: lastDay,
    limit: 1000,
    sort: "asc",
  };
  for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
    const page = await client.get("/v1/corporate-actions", { ...query, page_token: token }, Actions);
    const { forward_splits = [], reverse_splits = [], stock_dividends = [], cash_dividends = [] } = page?.corporate_actions ?? {};
    const ours = <Event extends { readonly symbol: string }>(events: readonly Event[]) => events.filter((event) => event.symbol === symbol);
    for (const { ex_date: day, new_rate, old_rate } of ours([...forward_splits, ...reverse_splits])) {
      splits.push({ day, numerator: new_rate, denominator: old_rate });
    }
    for (const { ex_date: day, rate } of ours(stock_dividends)) splits.push({ day, numerator: 1 + rate, denominator: 1 });
    for (const { ex_date: day, rate } of ours(cash_dividends)) dividends.push({ day, amount: rate });
    token = page?.next_page_token ?? undefined;
  }
  return { splits, dividends };
}

const lastDay = "2099-12-31"; // Without an end the endpoint answers for today alone.

const Failed = z.object({ message: z.string() });

function failureOf(body: unknown, status: number): VendorFailure | undefined {
  const failed = Failed.safeParse(body);
  if (!failed.success) return undefined;
  const { message } = failed.data;
  if (status === 429 || /too many requests|rate limit/i.test(message)) return { kind: "throttled", message };
  if (/subscription|not permit/i.test(message)) return { kind: "refused", why: "plan", message };
  if (status === 401 || (status === 403 && /forbidden|unauthori[sz]ed/i.test(message))) return { kind: "refused", why: "key", message };
  if (/invalid symbol|symbol not found/i.test(message)) return { kind: "refused", why: "symbol", message };
  return status >= 400 && status < 500 ? { kind: "refused", why: "request", message } : { kind: "broken", message };
}

import { z } from "zod";
import { secret, UserError } from "../../base/index.ts";
import { remoteSource } from "../remote-source.ts";
import { type Batch, barPages } from "../vendors/bar-pages.ts";
import { barParams, fractionAt, type Interval, lateEventDays, spanOf, type TimeSpan } from "../vendors/bar-params.ts";
import { actionsOf, type CompanyEvents } from "../vendors/company-events.ts";
import { type Query, type VendorClient, vendorClient } from "../vendors/http-client.ts";
import { marketHours, type MarketHours, shiftDay } from "../vendors/market-hours.ts";
import { plainText } from "../vendors/redact.ts";
import type { VendorFailure } from "../vendors/vendor-failure.ts";

const number = z.number().nullish();
const Aggregates = z.object({
  results: z.array(z.object({ t: z.number(), o: number, h: number, l: number, c: number, v: number })).nullish(),
  next_url: z.string().nullish(),
});
const Splits = z.object({
  results: z.array(z.object({ execution_date: z.string(), split_from: z.number(), split_to: z.number() })).nullish(),
  next_url: z.string().nullish(),
});
const Dividends = z.object({
  results: z.array(z.object({ ex_dividend_date: z.string(), cash_amount: z.number() })).nullish(),
  next_url: z.string().nullish(),
});

const ranges: Readonly<Record<Interval, string>> = {
  "1m": "1/minute",
  "5m": "5/minute",
  "15m": "15/minute",
  "30m": "30/minute",
  "1h": "1/hour",
  "1d": "1/day",
};

/** Massive, formerly Polygon: aggregates of US stocks, and of coins (`X:BTCUSD`) and currencies (`C:EURUSD`), with splits and dividends. */
export default remoteSource({
  name: "massive",
  summary: "Massive (formerly Polygon): US stocks, FX and crypto, daily and intraday",
  params: {
    ...barParams({
      intervals: ["1d", "1h", "30m", "15m", "5m", "1m"],
      adjustments: ["raw", "split"],
      baseUrl: "https://api.massive.com",
      requestsPerMinute: 5, // What the free plan allows.
    }),
    actions: z.boolean().prefault(true).describe("ask for splits and dividends as well"),
    key: secret("MASSIVE_API_KEY", "POLYGON_API_KEY"),
  },
  async *pages(params, context) {
    const { symbol, interval, adjustment, key, baseUrl } = params;
    const isStock = !symbol.includes(":");
    const hours = marketHours(params.calendar, isStock ? "nyse" : symbol.startsWith("X:") ? "always" : undefined);
    const span = spanOf(params, hours, shiftDay(hours.dayOf(context.clock.now()), -2 * 365), context);
    if (!span) return;
    const client = vendorClient(
      {
        ...params,
        vendor: "Massive",
        variables: ["MASSIVE_API_KEY"],
        secrets: [key],
        headers: { authorization: `Bearer ${key}` }, // Not in the address, where logs would keep it.
        failureOf,
      },
      context,
    );
    const withEvents = params.actions && isStock;
    const events = withEvents ? await eventsOf(client, baseUrl, symbol, span, hours) : { splits: [], dividends: [] };
    const path = `/v2/aggs/ticker/${encodeURIComponent(symbol)}/range/${ranges[interval]}/${span.start}/${span.end}`;
    const query = { adjusted: adjustment === "split", sort: "asc", limit: 50_000 };
    const timeOf = (stamp: number) => (interval === "1d" ? Date.parse(hours.dayOf(stamp)) : stamp);
    const batches = async function* (): AsyncGenerator<Batch> {
      for await (const { page, isLast } of follow(client, baseUrl, path, query, Aggregates)) {
        const rows = page.results ?? [];
        const last = rows.at(-1);
        yield {
          rows: rows.map(({ t, o, h, l, c, v }) => ({ time: timeOf(t), open: o, high: h, low: l, close: c, volume: v })),
          fraction: isLast ? 1 : Math.min(0.999, last ? fractionAt(span, last.t) : 0),
        };
      }
    };
    yield* barPages(
      {
        ...params,
        hours,
        currency: params.currency ?? "USD",
        settleMs: 20 * 60_000, // Most plans are a quarter of an hour late.
        layout: "JSON of the aggregates endpoint",
        timeFormat: "ms since the epoch",
        columns: { time: "t", open: "o", high: "h", low: "l", close: "c", volume: "v" },
        note: `Prices from Massive, whose own terms apply. ${adjustment === "split" ? "Restated by Massive for splits." : "As paid."}${
          withEvents || !isStock ? "" : " Without splits and dividends, as asked for."
        }`,
        actions: actionsOf(events, adjustment, hours),
      },
      batches(),
      context,
    );
  },
});

const dayMs = 86_400_000;

const Linked = z.object({ next_url: z.string().nullish() });

/** An answer and those that it links to. The links are followed on our own address only, so that a key goes nowhere else. */
async function* follow<Schema extends z.ZodType<z.output<typeof Linked>>>(
  client: VendorClient,
  baseUrl: string,
  path: string,
  query: Query,
  schema: Schema,
): AsyncGenerator<{ page: z.output<Schema>; isLast: boolean }> {
  let next: { path: string; query: Query } | undefined = { path, query };
  const seen = new Set<string>();
  while (next) {
    const page: z.output<Schema> | null = await client.get(next.path, next.query, schema);
    if (page === null) return;
    const link: string | null | undefined = Linked.parse(page).next_url;
    next = link ? { path: pathIn(baseUrl, link), query: {} } : undefined;
    if (next && seen.has(next.path)) throw wrongLink("the link to its next page leads in a circle");
    if (next) seen.add(next.path);
    yield { page, isLast: next === undefined };
  }
}

/** Path and query of a link, relative to the base address, which may have a path of its own. The key has no place in it. */
function pathIn(baseUrl: string, link: string): string {
  if (!URL.canParse(link, baseUrl)) throw wrongLink("the link to its next page is none");
  const { pathname, searchParams } = new URL(link, baseUrl);
  for (const name of ["apiKey", "apikey"]) searchParams.delete(name);
  const base = new URL(baseUrl).pathname.replace(/\/+$/, "");
  return `${pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname}?${searchParams.toString()}`;
}

const wrongLink = (what: string): UserError =>
  new UserError("data/vendor-answer", `Massive: ${what}`, {
    path: "Massive",
    hint: "See that baseUrl is the vendor's own; try again later.",
  });

async function eventsOf(
  client: VendorClient,
  baseUrl: string,
  symbol: string,
  { start }: TimeSpan,
  hours: MarketHours,
): Promise<CompanyEvents> {
  const since = hours.dayOf(start - lateEventDays * dayMs);
  const list = async <Schema extends z.ZodType<z.output<typeof Linked>>>(kind: string, dateField: string, schema: Schema) => {
    const query = { ticker: symbol, [`${dateField}.gte`]: since, limit: 1000 };
    const pages: z.output<Schema>[] = [];
    const take = async (path: string, order: Query) => {
      for await (const { page } of follow(client, baseUrl, path, { ...query, ...order }, schema)) pages.push(page);
    };
    await take(`/v3/reference/${kind}`, { sort: dateField, order: "asc" });
    if (pages.length === 0) await take(`/stocks/v1/${kind}`, { sort: `${dateField}.asc` }); // Its successor, of the same fields.
    return pages;
  };
  const splits = (await list("splits", "execution_date", Splits)).flatMap(({ results }) => results ?? []);
  const dividends = (await list("dividends", "ex_dividend_date", Dividends)).flatMap(({ results }) => results ?? []);
  return {
    splits: splits.map(({ execution_date: day, split_to, split_from }) => ({ day, numerator: split_to, denominator: split_from })),
    dividends: dividends.map(({ ex_dividend_date: day, cash_amount }) => ({ day, amount: cash_amount })),
  };
}

const Failed = z.object({ status: z.string(), error: z.string().optional(), message: z.string().optional() });

function failureOf(body: unknown, status: number): VendorFailure | undefined {
  const failed = Failed.safeParse(body);
  if (!failed.success || /^(?:ok|delayed)$/i.test(failed.data.status)) return undefined;
  const message = plainText(failed.data.error ?? failed.data.message ?? failed.data.status);
  if (status === 429 || /maximum requests per minute/i.test(message)) return { kind: "throttled", message };
  if (failed.data.status === "NOT_FOUND") return { kind: "nothing" };
  if (/api ?key/i.test(message)) return { kind: "refused", why: "key", message };
  if (failed.data.status === "NOT_AUTHORIZED" || /your plan|entitled|upgrade/i.test(message))
    return { kind: "refused", why: "plan", message };
  return status >= 500 || status < 400 ? { kind: "broken", message } : { kind: "refused", why: "request", message };
}

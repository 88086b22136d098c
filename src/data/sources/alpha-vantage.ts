import { z } from "zod";
import { secret } from "../../base/index.ts";
import { remoteSource } from "../remote-source.ts";
import { timeZone } from "../time-zone.ts";
import { type Batch, barPages } from "../vendors/bar-pages.ts";
import { barParams, fractionAt, type Interval, spanOf, type TimeSpan } from "../vendors/bar-params.ts";
import { actionsOf, type CompanyEvents, ratioOfDecimal, scaleRows } from "../vendors/company-events.ts";
import { type Query, type VendorClient, vendorClient } from "../vendors/http-client.ts";
import { marketHours, type MarketHours, shiftDay } from "../vendors/market-hours.ts";
import type { VendorFailure } from "../vendors/vendor-failure.ts";
import type { VendorRow } from "../vendors/vendor-rows.ts";

const Value = z.record(z.string(), z.string());
const Series = z.looseObject({ "Meta Data": z.record(z.string(), z.string()) }).transform((body, { addIssue }) => {
  const key = Object.keys(body).find((name) => name.startsWith("Time Series"));
  const values = z.record(z.string(), Value).safeParse(body[key ?? ""]);
  if (!values.success) addIssue({ code: "custom", message: "there is no time series" });
  const zone = Object.entries(body["Meta Data"]).find(([name]) => /time zone/i.test(name))?.[1];
  return { zone, values: values.data ?? {} };
});
type Series = z.output<typeof Series>;
const Splits = z.object({ data: z.array(z.object({ effective_date: z.string(), split_factor: z.string() })) });
const Dividends = z.object({ data: z.array(z.object({ ex_dividend_date: z.string(), amount: z.string() })) });

const intradayNames: Readonly<Record<Exclude<Interval, "1d">, string>> = {
  "1m": "1min",
  "5m": "5min",
  "15m": "15min",
  "30m": "30min",
  "1h": "60min",
};

const dayMs = 86_400_000;
const compactDays = 120; // The hundred newest days, with nights and weekends: fewer, to be sure.

/** Alpha Vantage: shares of the world by the day, US shares within it. Its errors come as HTTP 200. */
export default remoteSource({
  name: "alpha-vantage",
  summary: "Alpha Vantage: stocks of the world daily, US stocks intraday by the month",
  params: {
    ...barParams({
      intervals: ["1d", "1h", "30m", "15m", "5m", "1m"],
      adjustments: ["raw", "all"],
      baseUrl: "https://www.alphavantage.co",
      requestsPerMinute: 5,
    }),
    history: z.enum(["full", "compact"]).prefault("full").describe("daily: all days, or the newest hundred that the free plan gives"),
    actions: z.boolean().prefault(true).describe("ask for splits and dividends as well"),
    key: secret("ALPHA_VANTAGE_API_KEY"),
  },
  async *pages(params, context) {
    const { symbol, interval, adjustment, key } = params;
    const hours = marketHours(params.calendar, calendarOfSymbol(symbol));
    // Every month within the day is a request, of the few that a free plan has: the newest ones unless more is asked for.
    const earliest = interval === "1d" ? "1999-11-01" : shiftDay(hours.dayOf(context.clock.now()), -31);
    const span = spanOf(params, hours, earliest, context);
    if (!span) return;
    const client = vendorClient(
      { ...params, vendor: "Alpha Vantage", variables: ["ALPHA_VANTAGE_API_KEY"], secrets: [key], query: { apikey: key }, failureOf },
      context,
    );
    const withEvents = params.actions && adjustment === "raw";
    const events = withEvents ? await eventsOf(client, symbol) : { splits: [], dividends: [] };
    const isRecent = context.after !== undefined && context.clock.now() - context.after < compactDays * dayMs;
    const outputsize = params.history === "compact" || isRecent ? "compact" : "full";
    yield* barPages(
      {
        ...params,
        hours,
        currency: params.currency ?? "USD",
        settleMs: 20 * 60_000,
        layout: "JSON of the time series",
        timeFormat: interval === "1d" ? "YYYY-MM-DD" : "YYYY-MM-DD HH:MM:SS by the exchange's clock",
        columns: { time: "time", open: "1. open", high: "2. high", low: "3. low", close: "4. close", volume: "volume" },
        note: `Prices from Alpha Vantage, whose own terms apply. ${
          adjustment === "all" ? "Restated by Alpha Vantage for splits and dividends." : "As paid."
        }${withEvents || adjustment === "all" ? "" : " Without splits and dividends, as asked for."}`,
        actions: actionsOf(events, adjustment, hours),
      },
      interval === "1d"
        ? dailyBatch(client, { symbol, outputsize, isAdjusted: adjustment === "all" })
        : monthlyBatches(client, { symbol, interval: intradayNames[interval], adjusted: adjustment === "all" }, span, hours),
      context,
    );
  },
});

function calendarOfSymbol(symbol: string): string | undefined {
  const exchange = /\.([A-Z]+)$/i.exec(symbol)?.[1]?.toUpperCase();
  if (exchange === undefined || exchange.length === 1) return "nyse"; // A class of shares, such as BRK.B.
  return exchange === "LON" ? "lse" : exchange === "TYO" ? "tokyo" : undefined;
}

async function* dailyBatch(
  client: VendorClient,
  { symbol, outputsize, isAdjusted }: { symbol: string; outputsize: string; isAdjusted: boolean },
): AsyncGenerator<Batch> {
  const name = isAdjusted ? "TIME_SERIES_DAILY_ADJUSTED" : "TIME_SERIES_DAILY";
  const series = await client.get("/query", { function: name, symbol, outputsize }, Series);
  const rows = rowsOf(series, (day) => Date.parse(`${day}T00:00:00Z`));
  yield { rows: isAdjusted ? scaleRows(rows) : rows, fraction: 1 };
}

async function* monthlyBatches(client: VendorClient, query: Query, span: TimeSpan, hours: MarketHours): AsyncGenerator<Batch> {
  const lastMonth = hours.dayOf(span.end - 1).slice(0, 7);
  for (let month = hours.dayOf(span.start).slice(0, 7); month <= lastMonth; month = nextMonth(month)) {
    const series = await client.get(
      "/query",
      { function: "TIME_SERIES_INTRADAY", ...query, month, extended_hours: false, outputsize: "full" },
      Series,
    );
    const zone = timeZone(series?.zone ?? "US/Eastern");
    const timeOf = (text: string) => zone.toUtc(Date.parse(`${text.replace(" ", "T")}Z`));
    const end = Date.parse(`${nextMonth(month)}-01T00:00:00Z`);
    yield { rows: rowsOf(series, timeOf), fraction: month === lastMonth ? 1 : fractionAt(span, end) };
  }
}

const nextMonth = (month: string): string =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)).toISOString().slice(0, 7);

const rowsOf = (series: Series | null, timeOf: (text: string) => number): (VendorRow & { readonly adjustedClose: number | undefined })[] =>
  Object.entries(series?.values ?? {}).map(([text, value]) => {
    const number = (name: RegExp) => {
      const cell = Object.entries(value).find(([key]) => name.test(key))?.[1];
      return cell === undefined || cell.trim() === "" || Number.isNaN(Number(cell)) ? undefined : Number(cell);
    };
    return {
      time: timeOf(text),
      open: number(/\bopen$/),
      high: number(/\bhigh$/),
      low: number(/\blow$/),
      close: number(/\d\. close$/),
      volume: number(/\bvolume$/),
      adjustedClose: number(/adjusted close$/),
    };
  });

async function eventsOf(client: VendorClient, symbol: string): Promise<CompanyEvents> {
  const splits = await client.get("/query", { function: "SPLITS", symbol }, Splits);
  const dividends = await client.get("/query", { function: "DIVIDENDS", symbol }, Dividends);
  const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);
  return {
    splits: (splits?.data ?? [])
      .filter(({ effective_date }) => isDay(effective_date))
      .map(({ effective_date: day, split_factor }) => ({ day, ...ratioOfDecimal(split_factor) })),
    dividends: (dividends?.data ?? [])
      .filter(({ ex_dividend_date }) => isDay(ex_dividend_date))
      .map(({ ex_dividend_date: day, amount }) => ({ day, amount: Number(amount) })),
  };
}

const Failed = z.union([
  z.object({ "Error Message": z.string() }).transform((body) => ({ isError: true, message: body["Error Message"] })),
  z.object({ Information: z.string() }).transform((body) => ({ isError: false, message: body.Information })),
  z.object({ Note: z.string() }).transform((body) => ({ isError: false, message: body.Note })),
]);

function failureOf(body: unknown): VendorFailure | undefined {
  if (typeof body === "object" && body !== null && Object.keys(body).length === 0) return { kind: "nothing" };
  const failed = Failed.safeParse(body);
  if (!failed.success) return undefined;
  const { isError, message } = failed.data;
  if (/per (?:minute|second)/i.test(message)) return { kind: "throttled", message };
  if (/premium (?:endpoint|feature|plan to unlock)|premium parameter/i.test(message)) return { kind: "refused", why: "plan", message };
  if (/requests per day|daily/i.test(message)) return { kind: "daily-limit", message };
  if (/apikey is invalid|api key .*(?:invalid|missing)|demo/i.test(message)) return { kind: "refused", why: "key", message };
  return isError ? { kind: "refused", why: "symbol", message } : { kind: "throttled", message };
}

import { z } from "zod";
import { secret } from "../../base/index.ts";
import { remoteSource } from "../remote-source.ts";
import { type Batch, barPages } from "../vendors/bar-pages.ts";
import { barParams, fractionAt, type Interval, intervalsMs, spanOf, stretches, type TimeSpan } from "../vendors/bar-params.ts";
import { actionsOf, type CompanyEvents, type Split } from "../vendors/company-events.ts";
import { type VendorClient, vendorClient } from "../vendors/http-client.ts";
import { calendarOfZone, marketHours, type MarketHours, shiftDay } from "../vendors/market-hours.ts";
import type { VendorFailure } from "../vendors/vendor-failure.ts";

const cell = z.string().nullish();
const Series = z.object({
  meta: z.object({ currency: z.string().nullish(), exchange_timezone: z.string().nullish(), type: z.string().nullish() }),
  values: z.array(z.object({ datetime: z.string(), open: cell, high: cell, low: cell, close: cell, volume: cell })),
});
type Series = z.output<typeof Series>;
const number = z.coerce.number();
const Splits = z.object({
  splits: z.array(z.object({ date: z.string(), ratio: number.nullish(), from_factor: number, to_factor: number })),
});
const Dividends = z.object({ dividends: z.array(z.object({ ex_date: z.string(), amount: number })) });

const intervalNames: Readonly<Record<Interval, string>> = {
  "1m": "1min",
  "5m": "5min",
  "15m": "15min",
  "30m": "30min",
  "1h": "1h",
  "1d": "1day",
};

const dayMs = 86_400_000;
const mostRows = 5000; // Of one answer; of more the vendor gives the newest.
const minutesOfTrading = { listed: 540, roundTheClock: 1440 } as const;

/** Twelve Data: shares of the world, currencies and coins (with a slash: `EUR/USD`, `BTC/USD`), with splits and dividends. */
export default remoteSource({
  name: "twelve-data",
  summary: "Twelve Data: stocks of the world, FX and crypto, daily and intraday",
  params: {
    ...barParams({
      intervals: ["1d", "1h", "30m", "15m", "5m", "1m"],
      adjustments: ["raw", "split", "all"],
      baseUrl: "https://api.twelvedata.com",
      requestsPerMinute: 8, // What the free plan allows.
    }),
    exchange: z.string().min(1).optional().describe("exchange of a share that is listed on several, such as NASDAQ or LSE"),
    actions: z.boolean().prefault(true).describe("ask for splits and dividends as well, which the free plan does not cover"),
    key: secret("TWELVE_DATA_API_KEY"),
  },
  async *pages(params, context) {
    const { symbol, exchange, interval, adjustment, key } = params;
    const isPair = symbol.includes("/");
    const client = vendorClient(
      {
        ...params,
        vendor: "Twelve Data",
        variables: ["TWELVE_DATA_API_KEY"],
        secrets: [key],
        headers: { authorization: `apikey ${key}` },
        failureOf,
      },
      context,
    );
    const query = { symbol, exchange, interval: intervalNames[interval], order: "asc", adjust: adjust[adjustment] };
    // The newest bar tells the exchange's clock and the currency.
    const newest = await client.get("/time_series", { ...query, outputsize: 1 }, Series);
    const meta = newest?.meta;
    const isCoin = /digital/i.test(meta?.type ?? "");
    const hours = marketHours(params.calendar, isCoin ? "always" : calendarOfZone(meta?.exchange_timezone ?? undefined));
    const span = spanOf(params, hours, earliestDay(interval, hours, context.clock.now()), context);
    if (!span) return;
    const withEvents = params.actions && !isPair && adjustment !== "all";
    const events = withEvents ? await eventsOf(client, symbol, exchange) : { splits: [], dividends: [] };
    yield* barPages(
      {
        ...params,
        hours,
        currency: params.currency ?? meta?.currency ?? (isPair ? symbol.split("/")[1]! : "USD"),
        settleMs: 60_000,
        layout: "JSON of the time series",
        timeFormat: interval === "1d" ? "YYYY-MM-DD" : "YYYY-MM-DD HH:MM:SS, UTC",
        columns: { time: "datetime", open: "open", high: "high", low: "low", close: "close", ...(isPair ? {} : { volume: "volume" }) },
        note: `Prices from Twelve Data, whose own terms apply. ${notes[adjustment]}${
          withEvents || isPair || adjustment === "all" ? "" : " Without splits and dividends, as asked for."
        }`,
        actions: actionsOf(events, adjustment, hours),
      },
      batches(client, { ...query, ...(interval === "1d" ? {} : { timezone: "UTC" }) }, interval, span, hours, isPair),
      context,
    );
  },
});

const adjust = { raw: "none", split: "splits", all: "all" } as const;
const notes = {
  raw: "As paid.",
  split: "Restated by Twelve Data for splits.",
  all: "Restated by Twelve Data for splits and dividends.",
} as const;

const earliestDay = (interval: Interval, hours: MarketHours, now: number): string =>
  interval === "1d" ? "1980-01-01" : shiftDay(hours.dayOf(now), -365);

async function* batches(
  client: VendorClient,
  query: Readonly<Record<string, string | number | undefined>>,
  interval: Interval,
  span: TimeSpan,
  hours: MarketHours,
  isPair: boolean,
): AsyncGenerator<Batch> {
  const isDaily = interval === "1d";
  const perDay = isDaily ? 1 : (minutesOfTrading[isPair ? "roundTheClock" : "listed"] * 60_000) / intervalsMs[interval];
  const stretchDays = Math.max(1, Math.floor((mostRows - 1) / perDay));
  const stamp = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 19).replace("T", " ");
  const ask = async ({ start, end }: TimeSpan) => {
    const bounds = isDaily
      ? { start_date: hours.dayOf(start), end_date: shiftDay(hours.dayOf(end - 1), 1) }
      : { start_date: stamp(start), end_date: stamp(end) };
    const series = await client.get("/time_series", { ...query, ...bounds, outputsize: mostRows }, Series);
    return series?.values ?? [];
  };
  const pending = [...stretches(span, stretchDays * dayMs)];
  for (let stretch = pending.shift(); stretch; stretch = pending.shift()) {
    const values = await ask(stretch);
    if (values.length >= mostRows && stretch.end - stretch.start > intervalsMs[interval]) {
      pending.unshift(...stretches(stretch, Math.ceil((stretch.end - stretch.start) / 2))); // The oldest may be cut off.
      continue;
    }
    yield {
      rows: values.map((value) => rowOf(value)),
      fraction: pending.length === 0 ? 1 : Math.min(0.999, fractionAt(span, stretch.end)),
    };
  }
}

function rowOf({ datetime, ...cells }: Series["values"][number]) {
  const amount = (text: string | null | undefined) =>
    text === null || text === undefined || text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
  return {
    time: Date.parse(datetime.length === 10 ? `${datetime}T00:00:00Z` : `${datetime.replace(" ", "T")}Z`),
    open: amount(cells.open),
    high: amount(cells.high),
    low: amount(cells.low),
    close: amount(cells.close),
    volume: amount(cells.volume),
  };
}

async function eventsOf(client: VendorClient, symbol: string, exchange: string | undefined): Promise<CompanyEvents> {
  const query = { symbol, exchange, range: "full" };
  const splits = await client.get("/splits", query, Splits);
  const dividends = await client.get("/dividends", { ...query, adjust: false }, Dividends);
  return {
    splits: (splits?.splits ?? []).map((split) => splitOf(split)),
    dividends: (dividends?.dividends ?? []).map(({ ex_date: day, amount }) => ({ day, amount })),
  };
}

/** `ratio` is what the price is multiplied by: 0.25 where one share became four. It says which factor is which. */
function splitOf({ date: day, ratio, from_factor, to_factor }: z.output<typeof Splits>["splits"][number]): Split {
  const isNewFirst = !ratio || Math.abs(to_factor / from_factor - ratio) <= Math.abs(from_factor / to_factor - ratio);
  return isNewFirst ? { day, numerator: from_factor, denominator: to_factor } : { day, numerator: to_factor, denominator: from_factor };
}

const Failed = z.object({ code: z.number(), message: z.string(), status: z.literal("error") });

function failureOf(body: unknown): VendorFailure | undefined {
  const failed = Failed.safeParse(body);
  if (!failed.success) return undefined;
  const { code, message } = failed.data;
  if (/no data is available/i.test(message)) return { kind: "nothing" };
  if (code === 429)
    return /for the (?:current )?day|daily/i.test(message) ? { kind: "daily-limit", message } : { kind: "throttled", message };
  if (code === 401) return { kind: "refused", why: "key", message };
  if (code === 403 || /available (?:starting|exclusively) with|upgrad/i.test(message)) return { kind: "refused", why: "plan", message };
  if (code === 404) return { kind: "refused", why: "symbol", message };
  return code >= 500 ? { kind: "broken", message } : { kind: "refused", why: "request", message };
}

import { z } from "zod";
import { UserError } from "../../base/index.ts";
import { remoteSource } from "../remote-source.ts";
import { timeZone } from "../time-zone.ts";
import { type Batch, barPages } from "../vendors/bar-pages.ts";
import { barParams, fractionAt, type Interval, lateEventDays, spanOf, stretches, type TimeSpan } from "../vendors/bar-params.ts";
import { actionsOf, type CompanyEvents, dateOf, laterSplits, scaleRows, undoSplits } from "../vendors/company-events.ts";
import { type VendorClient, vendorClient } from "../vendors/http-client.ts";
import { calendarOfZone, dayIn, marketHours, shiftDay } from "../vendors/market-hours.ts";
import type { VendorFailure } from "../vendors/vendor-failure.ts";

const dayMs = 86_400_000;

const numbers = z.array(z.number().nullable()).optional();
const Period = z.object({ regular: z.object({ end: z.number() }) });
const Result = z.object({
  meta: z.object({
    currency: z.string().nullish(),
    instrumentType: z.string().nullish(),
    exchangeTimezoneName: z.string(),
    currentTradingPeriod: Period.optional(),
  }),
  timestamp: z.array(z.number()).optional(),
  events: z
    .object({
      dividends: z.record(z.string(), z.object({ date: z.number(), amount: z.number() })).optional(),
      splits: z.record(z.string(), z.object({ date: z.number(), numerator: z.number(), denominator: z.number() })).optional(),
    })
    .optional(),
  indicators: z.object({
    quote: z.array(z.object({ open: numbers, high: numbers, low: numbers, close: numbers, volume: numbers })),
    adjclose: z.array(z.object({ adjclose: numbers })).optional(),
  }),
});
type Chart = z.output<typeof Result>;
const Answer = z.object({ chart: z.object({ result: z.array(Result).min(1) }) });
const Failed = z.object({ chart: z.object({ error: z.object({ code: z.string(), description: z.string().nullish() }) }) });

/** How far back bars go, and how many days of them one request may ask for. */
const history: Readonly<Record<Interval, { readonly days: number; readonly perRequest: number }>> = {
  "1m": { days: 29, perRequest: 7 },
  "5m": { days: 59, perRequest: 59 },
  "15m": { days: 59, perRequest: 59 },
  "30m": { days: 59, perRequest: 59 },
  "1h": { days: 729, perRequest: 729 },
  "1d": { days: Infinity, perRequest: Infinity },
};

/**
 * Yahoo's chart service: shares, funds, indices, currencies and coins of the world. It is unofficial and needs no key. Its prices are
 * restated for splits; raw ones are had by undoing the splits that it lists.
 */
export default remoteSource({
  name: "yahoo",
  summary: "Yahoo Finance: stocks, funds, indices, FX and crypto, daily and recent intraday",
  params: barParams({
    intervals: ["1d", "1h", "30m", "15m", "5m", "1m"],
    adjustments: ["raw", "split", "all"],
    baseUrl: "https://query2.finance.yahoo.com",
    requestsPerMinute: 30,
  }),
  async *pages(params, context) {
    const { symbol, interval, adjustment } = params;
    if (adjustment === "all" && interval !== "1d") {
      throw new UserError("config/invalid", "Yahoo restates only daily prices for dividends", {
        path: "adjustment",
        hint: "Ask for raw or split.",
      });
    }
    const client = vendorClient({ ...params, vendor: "Yahoo", variables: [], secrets: [], failureOf }, context);
    const now = context.clock.now();
    // Splits and dividends from the first bar wanted to this day: prices are restated for splits after the last one wanted as well.
    const first = earliestDay(interval, now);
    const start = (context.after ?? Date.parse(params.from ?? first)) - lateEventDays * dayMs;
    const daily = await chartOf(client, symbol, "1d", { start, end: now });
    if (!daily) return;
    const hours = marketHours(params.calendar, usualCalendar(daily));
    const events = eventsOf(daily);
    const span = spanOf(params, hours, first, context);
    if (!span) return;
    const batches = async function* (): AsyncGenerator<Batch> {
      if (interval === "1d") yield { rows: rowsOf(daily, params, events), fraction: 1 };
      else {
        for (const stretch of stretches(span, history[interval].perRequest * dayMs)) {
          const chart = await chartOf(client, symbol, interval, stretch);
          yield { rows: rowsOf(chart, params, events), fraction: fractionAt(span, stretch.end) };
        }
      }
    };
    yield* barPages(
      {
        ...params,
        hours,
        currency: params.currency ?? daily.meta.currency ?? "USD",
        settleMs: 20 * 60_000, // Quotes of most exchanges come a quarter of an hour late.
        layout: "JSON of the chart service",
        timeFormat: "seconds since the epoch",
        columns: { time: "timestamp", open: "open", high: "high", low: "low", close: "close", volume: "volume" },
        note: notes[adjustment],
        actions: actionsOf(events, adjustment, hours),
      },
      batches(),
      context,
    );
  },
});

const notes = {
  raw: "Prices from Yahoo Finance, whose own terms apply. Yahoo restates them for splits; the splits that it lists are undone.",
  split: "Prices from Yahoo Finance, whose own terms apply. Restated by Yahoo for splits, not for dividends.",
  all: "Prices from Yahoo Finance, whose own terms apply. Restated by Yahoo for splits and dividends.",
} as const;

const earliestDay = (interval: Interval, now: number): string => {
  const { days } = history[interval];
  return days === Infinity ? "1962-01-02" : shiftDay(dateOf(now), -days);
};

async function chartOf(client: VendorClient, symbol: string, interval: Interval, { start, end }: TimeSpan): Promise<Chart | undefined> {
  const answer = await client.get(
    `/v8/finance/chart/${encodeURIComponent(symbol)}`,
    {
      period1: Math.floor(start / 1000),
      period2: Math.ceil(end / 1000),
      interval,
      includePrePost: false,
      events: "div|split",
    },
    Answer,
  );
  return answer?.chart.result[0];
}

function usualCalendar({ meta: { instrumentType, exchangeTimezoneName } }: Chart): string | undefined {
  if (instrumentType === "CRYPTOCURRENCY") return "always";
  if (instrumentType === "CURRENCY" || instrumentType === "FUTURE") return undefined;
  return calendarOfZone(exchangeTimezoneName);
}

/** The exchange's day of a stamp: Yahoo stamps a day, and what happens on it, with its opening. */
const dayOfStamp = ({ meta }: Chart) => dayIn(timeZone(meta.exchangeTimezoneName));

/** The dividends are told in today's shares. */
function eventsOf(chart: Chart): CompanyEvents {
  const dayOf = dayOfStamp(chart);
  const { events } = chart;
  const splits = Object.values(events?.splits ?? {}).map(({ date, ...ratio }) => ({ day: dayOf(date * 1000), ...ratio }));
  const later = laterSplits(splits);
  const dividends = Object.values(events?.dividends ?? {}).map(({ date, amount }) => {
    const day = dayOf(date * 1000);
    return { day, amount: amount * later(day) };
  });
  return { splits, dividends };
}

function rowsOf(
  chart: Chart | undefined,
  { interval, adjustment }: { readonly interval: Interval; readonly adjustment: keyof typeof notes },
  { splits }: CompanyEvents,
): Batch["rows"] {
  if (!chart) return [];
  const { timestamp = [], indicators } = chart;
  const quote = indicators.quote[0] ?? {};
  const isDaily = interval === "1d";
  const dayOf = dayOfStamp(chart);
  const rows = timestamp.map((seconds, index) => ({
    time: isDaily ? Date.parse(dayOf(seconds * 1000)) : seconds * 1000,
    open: quote.open?.[index],
    high: quote.high?.[index],
    low: quote.low?.[index],
    close: quote.close?.[index],
    volume: quote.volume?.[index],
    adjustedClose: indicators.adjclose?.[0]?.adjclose?.[index],
  }));
  if (adjustment === "all") return scaleRows(rows);
  if (adjustment === "raw") return withoutLastQuote(undoSplits(rows, splits, isDaily ? dateOf : dayOf), chart, isDaily);
  return withoutLastQuote(rows, chart, isDaily);
}

/** After the close the last quote of the day stands as a row of its own behind the bars, stamped with the close. */
function withoutLastQuote<Row extends { readonly time: number }>(rows: readonly Row[], { meta }: Chart, isDaily: boolean): readonly Row[] {
  const end = (meta.currentTradingPeriod?.regular.end ?? NaN) * 1000;
  return isDaily ? rows : rows.filter(({ time }) => time !== end);
}

function failureOf(body: unknown, status: number): VendorFailure | undefined {
  const failed = Failed.safeParse(body);
  if (!failed.success) return undefined;
  const { code, description } = failed.data.chart.error;
  const message = description ?? code;
  if (/data doesn't exist for startdate/i.test(message)) return { kind: "nothing" };
  if (/not found|delisted/i.test(`${code} ${message}`)) return { kind: "refused", why: "symbol", message };
  if (/too many requests/i.test(`${code} ${message}`)) return { kind: "throttled", message };
  if (status >= 500 || /internal|timeout|unavailable/i.test(code)) return { kind: "broken", message };
  return { kind: "refused", why: /unauthorized|crumb/i.test(`${code} ${message}`) ? "key" : "request", message };
}

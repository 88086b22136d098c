import { z } from "zod";
import { secret, UserError } from "../../base/index.ts";
import { remoteSource } from "../remote-source.ts";
import { type Batch, barPages } from "../vendors/bar-pages.ts";
import { barParams, fractionAt, type Interval, lateEventDays, spanOf, stretches, type TimeSpan } from "../vendors/bar-params.ts";
import { actionsOf, type CompanyEvents, dateOf, undoSplits } from "../vendors/company-events.ts";
import { type VendorClient, vendorClient } from "../vendors/http-client.ts";
import { marketHours, type MarketHours } from "../vendors/market-hours.ts";
import type { VendorFailure } from "../vendors/vendor-failure.ts";
import type { VendorRow } from "../vendors/vendor-rows.ts";

const column = z.array(z.number().nullable()).optional();
const Candles = z.union([
  z.object({ s: z.literal("no_data") }),
  z.object({ s: z.literal("ok"), t: z.array(z.number()), o: column, h: column, l: column, c: column, v: column }),
]);
const Splits = z.array(z.object({ date: z.string(), fromFactor: z.number(), toFactor: z.number() }));
const Dividends = z.array(z.object({ date: z.string(), amount: z.number() }));

const resolutions: Readonly<Record<Interval, string>> = { "1m": "1", "5m": "5", "15m": "15", "30m": "30", "1h": "60", "1d": "D" };

const dayMs = 86_400_000;
const intradayDays = 28; // At most a month of bars within the day comes at a time.
const dailyDays = 10 * 365;

/**
 * Finnhub: shares of the world, for paying plans. Its daily prices are restated for splits (raw ones are had by undoing those that it
 * lists), those within the day are not.
 */
export default remoteSource({
  name: "finnhub",
  summary: "Finnhub: stocks of the world, daily and intraday (paid plans)",
  params: {
    ...barParams({
      intervals: ["1d", "1h", "30m", "15m", "5m", "1m"],
      adjustments: ["raw", "split"],
      baseUrl: "https://finnhub.io/api/v1",
      requestsPerMinute: 60,
    }),
    actions: z.boolean().prefault(true).describe("ask for splits and dividends as well"),
    key: secret("FINNHUB_API_KEY"),
  },
  async *pages(params, context) {
    const { symbol, interval, adjustment, actions, key } = params;
    const isDaily = interval === "1d";
    checkAdjustment(isDaily, adjustment, actions);
    const hours = marketHours(params.calendar, calendarOfSymbol(symbol));
    const span = spanOf(params, hours, isDaily ? "1980-01-01" : dateOf(context.clock.now() - 365 * dayMs), context);
    if (!span) return;
    const client = vendorClient(
      {
        ...params,
        vendor: "Finnhub",
        variables: ["FINNHUB_API_KEY"],
        secrets: [key],
        headers: { "x-finnhub-token": key },
        failureOf,
      },
      context,
    );
    const events = actions ? await eventsOf(client, symbol, span, hours, context.clock.now()) : { splits: [], dividends: [] };
    const batches = async function* (): AsyncGenerator<Batch> {
      for (const stretch of stretches(span, (isDaily ? dailyDays : intradayDays) * dayMs)) {
        const { start, end } = stretch;
        const query = { symbol, resolution: resolutions[interval], from: Math.floor(start / 1000), to: Math.ceil(end / 1000) - 1 };
        const rows = rowsOf(await client.get("/stock/candle", query, Candles), isDaily);
        yield {
          rows: isDaily && adjustment === "raw" ? undoSplits(rows, events.splits, dateOf) : rows,
          fraction: fractionAt(span, end),
        };
      }
    };
    yield* barPages(
      {
        ...params,
        hours,
        currency: params.currency ?? "USD",
        settleMs: 20 * 60_000,
        layout: "JSON of the candles endpoint",
        timeFormat: "seconds since the epoch",
        columns: { time: "t", open: "o", high: "h", low: "l", close: "c", volume: "v" },
        note: `Prices from Finnhub, whose own terms apply. ${noteOn(isDaily, adjustment)}${actions ? "" : " Without splits and dividends, as asked for."}`,
        actions: actionsOf(events, adjustment, hours),
      },
      batches(),
      context,
    );
  },
});

const noteOn = (isDaily: boolean, adjustment: "raw" | "split"): string =>
  adjustment === "split"
    ? "Restated by Finnhub for splits."
    : isDaily
      ? "Finnhub restates them for splits; those that it lists are undone."
      : "As paid.";

function checkAdjustment(isDaily: boolean, adjustment: "raw" | "split", actions: boolean): void {
  if (isDaily && adjustment === "raw" && !actions) {
    throw new UserError("config/invalid", "Finnhub's daily prices are restated for splits, and raw ones need its list of splits", {
      path: "actions",
      hint: "Leave actions on, or ask for the adjustment split.",
    });
  }
  if (!isDaily && adjustment === "split") {
    throw new UserError("config/invalid", "Finnhub restates only daily prices for splits", { path: "adjustment", hint: "Ask for raw." });
  }
}

function calendarOfSymbol(symbol: string): string | undefined {
  const exchange = /\.([A-Z]+)$/.exec(symbol)?.[1];
  if (exchange === undefined || exchange === "A" || exchange === "B") return "nyse";
  return exchange === "L" ? "lse" : exchange === "T" ? "tokyo" : undefined;
}

/** A day is stamped with a midnight, of UTC or of the exchange: its noon lies in the right day by either. */
const midnightOf = (timeMs: number): number => Math.floor((timeMs + dayMs / 2) / dayMs) * dayMs;

function rowsOf(candles: z.output<typeof Candles> | null, isDaily: boolean): VendorRow[] {
  if (candles === null || candles.s === "no_data") return [];
  const { t, o, h, l, c, v } = candles;
  return t.map((seconds, index) => ({
    time: isDaily ? midnightOf(seconds * 1000) : seconds * 1000,
    open: o?.[index],
    high: h?.[index],
    low: l?.[index],
    close: c?.[index],
    volume: v?.[index],
  }));
}

/** Until today, as daily prices are restated for every split so far. */
async function eventsOf(
  client: VendorClient,
  symbol: string,
  { start }: TimeSpan,
  hours: MarketHours,
  now: number,
): Promise<CompanyEvents> {
  const query = { symbol, from: hours.dayOf(start - lateEventDays * dayMs), to: hours.dayOf(now) };
  const splits = await client.get("/stock/split", query, Splits);
  const dividends = await client.get("/stock/dividend", query, Dividends);
  return {
    splits: (splits ?? []).map(({ date: day, fromFactor, toFactor }) => ({ day, numerator: toFactor, denominator: fromFactor })),
    dividends: (dividends ?? []).map(({ date: day, amount }) => ({ day, amount })),
  };
}

const Failed = z.object({ error: z.string() });

function failureOf(body: unknown, status: number): VendorFailure | undefined {
  const failed = Failed.safeParse(body);
  if (!failed.success) return undefined;
  const { error: message } = failed.data;
  if (status === 429 || /limit reached/i.test(message)) return { kind: "throttled", message };
  if (/don't have access/i.test(message)) return { kind: "refused", why: "plan", message };
  if (status === 401 || /api key|token/i.test(message)) return { kind: "refused", why: "key", message };
  if (/symbol/i.test(message)) return { kind: "refused", why: "symbol", message };
  if (status === 403) return { kind: "refused", why: "plan", message };
  return status >= 500 || status < 400 ? { kind: "broken", message } : { kind: "refused", why: "request", message };
}

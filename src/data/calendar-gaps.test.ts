import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { barsFrom } from "../domain/index.ts";
import type { Calendar } from "./calendar.ts";
import { findCalendarGaps } from "./calendar-gaps.ts";
import { calendars } from "./calendars/index.ts";
import { checkBars, formatQualityReport } from "./quality.ts";
import { readBarsFile } from "./read-bars-file.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const utc = (text: string) => Date.parse(`${text}Z`);

/** The plain twin: every missing bar is looked at minute by minute. */
function unexpectedPlainly(closeTime: readonly number[], intervalMs: number, calendar: Calendar): number {
  let unexpected = 0;
  for (let index = 1; index < closeTime.length; index++) {
    for (let close = closeTime[index - 1]! + intervalMs; close < closeTime[index]!; close += intervalMs) {
      let isOpen = false;
      for (let time = close - intervalMs; time < close && !isOpen; time += 15 * minute) isOpen = calendar.isOpen(time);
      if (isOpen) unexpected++;
    }
  }
  return unexpected;
}

test.each(["nyse", "tokyo", "globex", "fx-week"] as const)("bars missing within the day agree with the plain twin: %s", (name) => {
  const calendar = calendars[name];
  const series = fc.record({
    start: fc.integer({ min: utc("2016-01-05T00:00") / hour, max: utc("2029-12-01T00:00") / hour }),
    quarters: fc.constantFrom(1, 2, 4, 6, 16),
    steps: fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 60 })), { minLength: 1, maxLength: 12 }),
  });
  fc.assert(
    fc.property(series, ({ start, quarters, steps }) => {
      const interval = quarters * 15 * minute;
      let time = start * hour;
      const closeTime = [time, ...steps.map((step) => (time += step * interval))];
      const gaps = findCalendarGaps(Float64Array.from(closeTime), interval, calendar);
      expect(gaps.unexpectedBars).toBe(unexpectedPlainly(closeTime, interval, calendar));
      expect(gaps.listed.length + gaps.regular).toBe(gaps.stretches);
      const outside = closeTime.filter((close) => unexpectedPlainly([close - interval, close + 1], interval, calendar) === 0);
      expect(gaps.outsideBars).toBe(outside.length);
    }),
    { numRuns: 60 },
  );
});

test.each(["nyse", "lse", "tokyo", "fx-week", "globex", "always"] as const)("days left out of a daily series are named: %s", (name) => {
  const sessions = calendars[name].sessions(utc("2019-01-02T12:00"), utc("2021-12-30T00:00"));
  const closes = {
    date: (session: (typeof sessions)[number]) => utc(`${session.day}T24:00`),
    close: (session: (typeof sessions)[number]) => session.close,
  };
  const left = fc.uniqueArray(fc.integer({ min: 1, max: sessions.length - 2 }), { maxLength: 25 });
  fc.assert(
    fc.property(left, fc.constantFrom("date", "close"), (missing, stamp) => {
      const there = sessions.filter((_, index) => !missing.includes(index));
      const gaps = findCalendarGaps(Float64Array.from(there, closes[stamp as keyof typeof closes]), day, calendars[name]);
      expect(gaps.unexpectedBars).toBe(missing.length);
      expect(gaps.outsideBars).toBe(0);
      const named = gaps.listed.flatMap(({ days }) => days ?? []);
      if (missing.length <= 10) expect(named).toEqual(missing.toSorted((one, other) => one - other).map((index) => sessions[index]!.day));
    }),
    { numRuns: 30 },
  );
});

const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };
const dailyBars = (days: readonly string[]) =>
  barsFrom(
    instrument,
    days.map((text) => ({ closeTime: utc(`${text}T24:00`), open: 10, high: 11, low: 9, close: 10, volume: 1 })),
  );

test("a holiday is no gap, a missing session is one and is named, and a bar on a holiday stands out", () => {
  const days = ["2024-07-01", "2024-07-02", "2024-07-03", "2024-07-05", "2024-07-09", "2024-07-10", "2024-07-11", "2024-07-12"];
  const quality = checkBars(dailyBars(days), calendars.nyse);
  expect(quality.gaps).toMatchObject({ stretches: 2, regular: 1, unexpectedBars: 1, outsideBars: 0, listed: [{ days: ["2024-07-08"] }] });
  expect(formatQualityReport(quality)).toMatch(/1 bars missing in 1 stretches \(by the calendar nyse\)[^]*: 2024-07-08\n/);
  const holiday = checkBars(dailyBars([...days.slice(0, 3), "2024-07-04", ...days.slice(3)]), calendars.nyse);
  expect(holiday.gaps).toMatchObject({ outsideBars: 1, firstOutside: utc("2024-07-04T00:00") });
  expect(formatQualityReport(holiday)).toContain("1 bars outside the sessions of nyse, the first from 2024-07-04");
});

const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real hours are judged by a calendar.");

test.skipIf(!isThere)("every hour of EURUSD in 2017 is in the week of foreign exchange, and only Christmas is missing", async () => {
  const { report } = await readBarsFile(`${folder}fx_hourly_eurusd/EURUSD_1h_ask_2017.csv.gz`, { calendar: "fx-week" });
  expect(report.gaps).toMatchObject({ stretches: 52, regular: 50, unexpectedBars: 15, outsideBars: 0 });
  expect(report.gaps.listed.flatMap(({ days }) => days)).toEqual(["2017-12-25", "2017-12-25"]);
});

test.skipIf(!isThere)("of the minutes of GBPUSD without a bar one in a hundred was missing, the others were weekends", async () => {
  const { report } = await readBarsFile(`${folder}fx_minute_gbpusd/GBPUSD_1m_bid_201202.csv.gz`, { calendar: "fx-week" });
  expect(report.gaps).toMatchObject({ stretches: 111, missingBars: 11_644, unexpectedBars: 124, outsideBars: 0 });
});

test.skipIf(!isThere)("coins trade round the clock: all forty bars that ADA lacks are missing, on one day", async () => {
  const { report } = await readBarsFile(`${folder}crypto_5m_alts_freqtrade/ADA_BTC-5m.csv.gz`, { calendar: "always" });
  expect(report.gaps).toMatchObject({ stretches: 5, regular: 0, unexpectedBars: 40, outsideBars: 0 });
  expect(new Set(report.gaps.listed.flatMap(({ days }) => days))).toEqual(new Set(["2018-01-15"]));
});

test.skipIf(!isThere)("thirty years of a Nasdaq share lack nothing, and by London's calendar much is wrong with them", async () => {
  const path = `${folder}index_macro_daily/msft_1d_1990_2022.csv.gz`;
  const { bars, report } = await readBarsFile(path, { calendar: "nasdaq" });
  expect(report.gaps).toMatchObject({ unexpectedBars: 0, outsideBars: 0 });
  expect(report.gaps.regular).toBe(report.gaps.stretches);
  const first = bars.closeTime.findIndex((time) => time > utc("2000-01-10T00:00"));
  const london = findCalendarGaps(bars.closeTime.subarray(first), day, calendars.lse);
  expect(london.unexpectedBars).toBeGreaterThan(50);
  expect(london.outsideBars).toBeGreaterThan(50);
});

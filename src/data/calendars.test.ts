import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Calendar } from "./calendar.ts";
import { dayOf, easterSunday, textOfDay, weekdayOf } from "./calendar-days.ts";
import { calendars } from "./calendars/index.ts";
import { namedCalendar } from "./named-calendar.ts";
import { loadSource, type Source } from "./source.ts";
import { sources } from "./sources/index.ts";
import { timeZone } from "./time-zone.ts";

const day = 86_400_000;
const all: [string, Calendar][] = Object.entries(calendars);
const utc = (text: string) => Date.parse(`${text}Z`);

const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so five real series are not compared.");

// The test that matters: every day of a real series is a session, and every session within its range is one of its days.
function expectDaysOfSessions(calendar: Calendar, unordered: readonly string[]): void {
  const days = [...new Set(unordered)].toSorted();
  const sessions = calendar.sessions(utc(`${days[0]}T00:00`), utc(`${days.at(-1)}T24:00`)).map((session) => session.day);
  expect(days.filter((each) => !sessions.includes(each))).toEqual([]);
  expect(sessions.filter((each) => !days.includes(each))).toEqual([]);
}

test.each([
  ["sp500", calendars.nyse, 5105],
  ["ndx", calendars.nasdaq, 6724],
  ["aapl", calendars.nasdaq, 1260],
] as const)("every day of %s is a session and every session a day of it", async (name, calendar, count) => {
  const { bars } = await loadSource(sources[name] as Source);
  expect(bars.closeTime).toHaveLength(count);
  expectDaysOfSessions(
    calendar,
    Array.from(bars.closeTime, (time) => textOfDay(time / day - 1)),
  );
});

const isoDay = (text: string) => {
  const [month, date, year] = text.split(/[/ ]/).map(Number) as [number, number, number];
  return text.includes("-") ? text : textOfDay(dayOf(year, month, date));
};

test.skipIf(!isThere).each([
  ["index_macro_daily/nasdaq.csv.gz", calendars.nasdaq, 0, 5031],
  ["index_macro_daily/msft_1d_1990_2022.csv.gz", calendars.nasdaq, 0, 8111],
  ["etf_close_2008_2016/etf_prices.csv.gz", calendars.nyse, 0, 2141],
  ["equities_daily_stocknet/ohlcv.csv.gz", calendars.nyse, 1, 64_239],
  ["ohlcv_sentiment_fnspid/ohlcv_sentiment_to_2021.csv.gz", calendars.nyse, 1, 57_383],
] as const)("every day of %s is a session and every session a day of it", (file, calendar, column, rows) => {
  const lines = gunzipSync(readFileSync(`${folder}${file}`))
    .toString()
    .trim()
    .split("\n")
    .slice(1);
  expect(lines).toHaveLength(rows);
  expectDaysOfSessions(
    calendar,
    lines.map((line) => isoDay(line.split(",")[column]!)),
  );
});

/** Weekdays of a year without a session. */
const closedWeekdays = (calendar: Calendar, year: number) =>
  Array.from({ length: 366 }, (_, index) => dayOf(year, 1, 1) + index)
    .filter((each) => textOfDay(each).startsWith(`${year}`) && weekdayOf(each) % 6 !== 0 && !calendar.session(textOfDay(each)))
    .map((each) => textOfDay(each).slice(5));

// As the exchanges published them: nyse.com/markets/hours-calendars, gov.uk/bank-holidays, jpx.co.jp/english/corporate/about-jpx/calendar.
test.each([
  ["nyse", 2022, "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26"],
  ["nyse", 2024, "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25"],
  ["nyse", 2025, "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25"],
  ["nyse", 2026, "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25"],
  ["lse", 2002, "01-01 03-29 04-01 05-06 06-03 06-04 08-26 12-25 12-26"],
  ["lse", 2011, "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27"],
  ["lse", 2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"],
  ["lse", 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"],
  ["lse", 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"],
  ["lse", 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"],
  ["lse", 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"],
  ["tokyo", 2015, "01-01 01-02 01-12 02-11 04-29 05-04 05-05 05-06 07-20 09-21 09-22 09-23 10-12 11-03 11-23 12-23 12-31"],
  [
    "tokyo",
    2019,
    "01-01 01-02 01-03 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-06 07-15 08-12 09-16 09-23 10-14 10-22 11-04 12-31",
  ],
  [
    "tokyo",
    2020,
    "01-01 01-02 01-03 01-13 02-11 02-24 03-20 04-29 05-04 05-05 05-06 07-23 07-24 08-10 09-21 09-22 10-01 11-03 11-23 12-31",
  ],
  ["tokyo", 2024, "01-01 01-02 01-03 01-08 02-12 02-23 03-20 04-29 05-03 05-06 07-15 08-12 09-16 09-23 10-14 11-04 12-31"],
] as const)("%s in %i is closed on the days that were published", (name, year, days) => {
  expect(closedWeekdays(calendars[name], year).join(" ")).toBe(days);
});

test.each([
  ["nyse", 2002, "07-05 11-29 12-24", "13:00"],
  ["nyse", 2013, "07-03 11-29 12-24", "13:00"],
  ["nyse", 2024, "07-03 11-29 12-24", "13:00"],
  ["nyse", 2026, "11-27 12-24", "13:00"],
  ["lse", 2022, "12-23 12-30", "12:30"],
  ["globex", 2024, "01-15 02-19 05-27 06-19 07-04 09-02 11-28", "12:00"],
] as const)("%s in %i closes early on the days that were published", (name, year, days, at) => {
  const zone = timeZone(calendars[name].timeZone);
  const early = calendars[name]
    .sessions(utc(`${year}-01-01T12:00`), utc(`${year}-12-31T12:00`))
    .filter(({ day: text, close }) => zone.toLocal(close) === utc(`${text}T${at}`));
  expect(early.map((session) => session.day.slice(5)).join(" ")).toBe(days);
});

test.each([
  ["nyse", "2024-03-08", "2024-03-08T14:30", "2024-03-08T21:00"], // before summer time
  ["nyse", "2024-03-11", "2024-03-11T13:30", "2024-03-11T20:00"], // after
  ["nyse", "2024-07-03", "2024-07-03T13:30", "2024-07-03T17:00"],
  ["nyse", "1985-09-26", "1985-09-26T14:00", "1985-09-26T20:00"],
  ["lse", "2024-03-28", "2024-03-28T08:00", "2024-03-28T16:30"],
  ["lse", "2024-04-02", "2024-04-02T07:00", "2024-04-02T15:30"],
  ["tokyo", "2024-11-01", "2024-11-01T00:00", "2024-11-01T06:00"],
  ["tokyo", "2024-11-05", "2024-11-05T00:00", "2024-11-05T06:30"],
  ["fx-week", "2024-03-11", "2024-03-10T21:00", "2024-03-11T21:00"], // the Sunday of the change
  ["fx-week", "2024-11-04", "2024-11-03T22:00", "2024-11-04T22:00"],
  ["globex", "2024-01-16", "2024-01-15T23:00", "2024-01-16T22:00"],
  ["globex", "2024-01-15", "2024-01-14T23:00", "2024-01-15T18:00"],
  ["always", "2024-02-29", "2024-02-29T00:00", "2024-03-01T00:00"],
] as const)("%s trades on %s from %s to %s UTC", (name, text, open, close) => {
  expect(calendars[name].session(text)).toMatchObject({ open: utc(open), close: utc(close) });
});

test("Tokyo pauses at noon, and trading next begins after the pause, the night or the weekend", () => {
  const { tokyo } = calendars;
  expect(tokyo.isOpen(utc("2024-11-01T02:29:59"))).toBe(true);
  expect(tokyo.isOpen(utc("2024-11-01T02:30"))).toBe(false);
  expect(tokyo.nextOpen(utc("2024-11-01T02:30"))).toBe(utc("2024-11-01T03:30"));
  expect(tokyo.nextOpen(utc("2024-11-01T06:00"))).toBe(utc("2024-11-05T00:00"));
  expect(tokyo.nextOpen(utc("2024-11-05T00:00"))).toBe(utc("2024-11-05T00:00"));
});

test.each(all)("%s: sessions follow one another, and hold their stretches of trading", (name, calendar) => {
  expect(calendar.name).toBe(name);
  const { from, to } = calendar.years;
  const sessions = calendar.sessions(Date.UTC(from, 0, 2), Date.UTC(Math.min(to, from + 60), 11, 30));
  expect(sessions.length).toBeGreaterThan(240 * Math.min(to - from, 60));
  for (const [index, { open, close, spans }] of sessions.entries()) {
    expect(open).toBeLessThan(close);
    expect([spans[0]!.from, spans.at(-1)!.to]).toEqual([open, close]);
    const edges = spans.flatMap((span) => [span.from, span.to]);
    expect(edges.every((edge, place) => place === 0 || edge > edges[place - 1]!)).toBe(true);
    if (index > 0) expect(open).toBeGreaterThanOrEqual(sessions[index - 1]!.close);
  }
});

test("sessions are asked for up to a time and not including it, and over the turn of the year", () => {
  const { nyse } = calendars;
  const daysOf = (from: string, to: string) => nyse.sessions(utc(from), utc(to)).map((session) => session.day);
  expect(daysOf("2021-12-30T21:00", "2022-01-03T14:30")).toEqual(["2021-12-31"]); // A New Year's Day on a Saturday is not kept.
  expect(daysOf("2021-12-30T20:59", "2022-01-03T14:31")).toEqual(["2021-12-30", "2021-12-31", "2022-01-03"]);
  expect(daysOf("2021-12-30T21:00", "2021-12-31T14:30")).toEqual([]);
});

test.each(all)("%s: open and next opening agree with a look at each day nearby", (_name, calendar) => {
  const { from, to } = calendar.years;
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(from, 1) / 60_000, max: Date.UTC(to, 10) / 60_000 }), (minutes) => {
      const time = minutes * 60_000;
      const nearby = Array.from({ length: 14 }, (_, index) => calendar.session(textOfDay(Math.floor(time / day) - 2 + index)));
      const spans = nearby.flatMap((session) => session?.spans ?? []);
      expect(calendar.isOpen(time)).toBe(spans.some((span) => time >= span.from && time < span.to));
      expect(calendar.nextOpen(time)).toBe(Math.min(...spans.map((span) => span.from).filter((open) => open >= time)));
    }),
    { numRuns: 60 },
  );
});

/** The plain twin: the Sunday after the paschal full moon, by the epact (Knuth, The Art of Computer Programming, 1.3.2, exercise 14). */
function easterPlainly(year: number): number {
  const golden = (year % 19) + 1;
  const century = Math.floor(year / 100) + 1;
  const solar = Math.floor((3 * century) / 4) - 12;
  const lunar = Math.floor((8 * century + 5) / 25) - 5;
  let epact = (((11 * golden + 20 + lunar - solar) % 30) + 30) % 30;
  if ((epact === 25 && golden > 11) || epact === 24) epact++;
  let moon = dayOf(year, 3, 1) + 43 - epact;
  if (moon < dayOf(year, 3, 21)) moon += 30;
  do moon++;
  while (weekdayOf(moon) !== 0);
  return moon;
}

test("Easter agrees with its definition by the epact, and with its known earliest and latest days", () => {
  for (let year = 1583; year <= 4000; year++) expect(textOfDay(easterSunday(year))).toBe(textOfDay(easterPlainly(year)));
  for (const known of ["1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2024-03-31", "2038-04-25"])
    expect(textOfDay(easterSunday(Number(known.slice(0, 4))))).toBe(known);
});

test("an unknown calendar and an unknown year are the user's mistakes", () => {
  expect(() => namedCalendar("mars")).toThrow(expect.objectContaining({ code: "config/invalid", path: "calendar" }));
  expect(() => calendars.tokyo.session("2009-12-30")).toThrow(
    expect.objectContaining({ code: "config/invalid", message: expect.stringContaining("2009") }),
  );
  expect(() => calendars.nyse.isOpen(utc("2031-01-02T15:00"))).toThrow(expect.objectContaining({ code: "config/invalid" }));
});

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bar, barColumns, type Bars, barsFrom, emptyBar, readBar, sliceBars } from "../../domain/index.ts";
import { adjustForward } from "../alignment/adjusted.ts";
import type { Calendar } from "../calendar.ts";
import { calendars } from "../calendars/index.ts";
import { readBarsFile } from "../read-bars-file.ts";
import { resample } from "./resample.ts";
import { Resampler } from "./resampler.ts";
import { parseTimeframe } from "./timeframe.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const utc = (text: string) => Date.parse(`${text}Z`);
const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };

/** A bar whose numbers tell where it came from. */
const barAt = (closeTime: number, index: number): Bar => {
  const open = 100 + ((index * 7) % 13) + 0.1 * index;
  const close = 100 + ((index * 5) % 11) + 0.1 * index;
  return {
    closeTime,
    open,
    close,
    high: Math.max(open, close) + (index % 3),
    low: Math.min(open, close) - (index % 4),
    volume: 0.1 + (index % 9),
  };
};
const rowsOf = (bars: Bars): Bar[] => Array.from(bars.close, (_, row) => readBar(bars, row, emptyBar()));

/** The plain twin: for each group the rows in it; the last group only where it is known to be over. */
function plainly(rows: readonly Bar[], groupOf: (row: Bar) => { id: number | string; end: number } | undefined): Bar[] {
  const groups: { id: number | string; end: number; rows: Bar[] }[] = [];
  for (const row of rows) {
    const group = groupOf(row);
    if (!group) continue;
    const same = groups.find(({ id }) => id === group.id);
    if (same) same.rows.push(row);
    else groups.push({ ...group, rows: [row] });
  }
  const last = groups.at(-1);
  if (last && last.rows.at(-1)!.closeTime < last.end) groups.pop();
  return groups.map(({ end, rows: members }) => ({
    closeTime: Math.max(end, members.at(-1)!.closeTime),
    open: members[0]!.open,
    high: Math.max(...members.map(({ high }) => high)),
    low: Math.min(...members.map(({ low }) => low)),
    close: members.at(-1)!.close,
    volume: members.reduce((sum, { volume }) => sum + volume, 0),
  }));
}

/** By the clock alone, each group found with dates rather than remainders. */
function clockGroup(to: string, { closeTime }: Bar): { id: number; end: number } {
  const inside = new Date(closeTime - 1);
  const [year, month, date] = [inside.getUTCFullYear(), inside.getUTCMonth(), inside.getUTCDate()];
  if (to === "1mo") return { id: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
  if (to === "1w") {
    const monday = Date.UTC(year, month, date - ((inside.getUTCDay() + 6) % 7));
    return { id: monday, end: monday + 7 * day };
  }
  const length = { "5m": 5 * minute, "1h": hour, "4h": 4 * hour, "1d": day }[to]!;
  const midnight = Date.UTC(year, month, date);
  let end = midnight + length;
  while (end < closeTime) end += length;
  return { id: end, end };
}

const clockSeries = fc.record({
  start: fc.integer({ min: -3000, max: 30_000 }),
  gaps: fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 120 }),
});

test.each(["5m", "1h", "4h", "1d", "1w", "1mo"])("bars by the clock equal the plain twin to the bit: %s", (to) => {
  const interval = { "5m": minute, "1h": 5 * minute, "4h": hour, "1d": hour, "1w": 4 * hour, "1mo": day }[to]!;
  fc.assert(
    fc.property(clockSeries, ({ start, gaps }) => {
      let time = start * interval;
      const rows = gaps.map((gap, index) => barAt((time += gap * interval), index));
      const { bars } = resample(barsFrom(instrument, rows), to, { intervalMs: interval });
      expect(rowsOf(bars)).toEqual(plainly(rows, (row) => clockGroup(to, row)));
    }),
  );
});

/** By a calendar, each bar looked up among all sessions of the time. */
function sessionGroup(to: string, calendar: Calendar, interval: number, { closeTime }: Bar): { id: string; end: number } | undefined {
  const nearby = calendar.sessions(closeTime - 40 * day, closeTime + 40 * day);
  const session =
    interval === day
      ? nearby.findLast(({ close }) => close <= closeTime && close > closeTime - day)
      : nearby.find(({ spans }) => spans.some(({ from, to: end }) => from < closeTime && end > closeTime - interval));
  if (!session) return undefined;
  const month = session.day.slice(0, 7);
  const monday = (text: string) => {
    const time = utc(`${text}T00:00`);
    return time - ((new Date(time).getUTCDay() + 6) % 7) * day;
  };
  const length = { "1h": hour, "2h": 2 * hour, "4h": 4 * hour }[to];
  if (length !== undefined) {
    const span = session.spans.find(({ from, to: end }) => from < closeTime && end > closeTime - interval)!;
    let end = span.from + length;
    while (end < closeTime && end < span.to) end += length;
    return { id: `${session.day} ${end}`, end: Math.min(end, span.to) };
  }
  if (to === "1mo") return { id: month, end: nearby.findLast((each) => each.day.startsWith(month))!.close };
  if (to === "1w") {
    const week = monday(session.day);
    return { id: String(week), end: nearby.findLast((each) => monday(each.day) === week)!.close };
  }
  return { id: session.day, end: session.close };
}

test.each(["nyse", "tokyo", "globex", "fx-week", "lse"] as const)("bars by sessions equal the plain twin to the bit: %s", (name) => {
  const calendar = calendars[name];
  const series = fc.record({
    start: fc.integer({ min: utc("2016-03-05T00:00") / hour, max: utc("2024-10-01T00:00") / hour }),
    minutes: fc.constantFrom(15, 30, 60),
    to: fc.constantFrom("2h", "4h", "1d", "session", "1w", "1mo"),
    gaps: fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 90 })), { minLength: 20, maxLength: 250 }),
  });
  fc.assert(
    fc.property(series, ({ start, minutes, to, gaps }) => {
      const interval = minutes * minute;
      let time = start * hour;
      const rows = gaps.map((gap, index) => barAt((time += gap * interval), index));
      const { bars, outside } = resample(barsFrom(instrument, rows), to, { calendar, intervalMs: interval });
      const groupOf = (row: Bar) => sessionGroup(to, calendar, interval, row);
      expect(rowsOf(bars)).toEqual(plainly(rows, groupOf));
      expect(outside).toBe(rows.filter((row) => !groupOf(row)).length);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["1w", "nyse", 17],
  ["1mo", "nyse", 4],
  ["1w", "fx-week", 18],
  ["1mo", "globex", 4],
] as const)("daily bars stamped with the end of their date make %s by the calendar %s", (to, name, count) => {
  const calendar = calendars[name];
  const rows = calendar
    .sessions(utc("2018-11-01T00:00"), utc("2019-03-01T00:00"))
    .map((session, index) => barAt(utc(`${session.day}T00:00`) + day, index));
  const { bars } = resample(barsFrom(instrument, rows), to, { calendar });
  expect(rowsOf(bars)).toEqual(plainly(rows, (row) => sessionGroup(to, calendar, day, row)));
  expect(bars.closeTime.length).toBe(count);
});

test("a half day ends early, a pause ends a bar, and the day of foreign exchange begins the evening before", () => {
  const halves = (from: string, count: number) =>
    Array.from({ length: count }, (_, index) => barAt(utc(from) + (index + 1) * 30 * minute, index));
  const closes = (bars: Bars) => Array.from(bars.closeTime, (time) => new Date(time).toISOString().slice(5, 16));
  const halfDay = resample(barsFrom(instrument, halves("2024-07-03T13:30", 10)), "2h", { calendar: calendars.nyse });
  expect(closes(halfDay.bars)).toEqual(["07-03T15:30", "07-03T17:00"]);
  expect(halfDay.outside).toBe(3);
  const tokyo = resample(barsFrom(instrument, halves("2024-07-03T00:00", 12)), "1h", { calendar: calendars.tokyo });
  expect(closes(tokyo.bars)).toEqual(["07-03T01:00", "07-03T02:00", "07-03T02:30", "07-03T04:30", "07-03T05:30", "07-03T06:00"]);
  const fx = resample(barsFrom(instrument, halves("2024-07-05T12:00", 220)), "1d", { calendar: calendars["fx-week"] });
  expect(closes(fx.bars)).toEqual(["07-05T21:00", "07-08T21:00", "07-09T21:00"]);
});

test.each([
  ["volume:20", ({ volume }: Bar) => volume, 20],
  ["value:2e3", ({ close, volume }: Bar) => close * volume, 2000],
  ["count:4", () => 1, 4],
] as const)("bars by what was traded equal the plain twin: %s", (to, amountOf, amount) => {
  fc.assert(
    fc.property(clockSeries, ({ start, gaps }) => {
      let time = start * hour;
      const rows = gaps.map((gap, index) => barAt((time += gap * hour), index));
      let id = 0;
      let sum = 0;
      const ends: number[] = [];
      const groups = rows.map((row) => {
        sum += amountOf(row);
        const group = id;
        if (sum >= amount) {
          ends[group] = row.closeTime;
          sum = 0;
          id++;
        }
        return group;
      });
      const expected = plainly(rows, (row) => ({ id: groups[rows.indexOf(row)]!, end: ends[groups[rows.indexOf(row)]!] ?? Infinity }));
      expect(rowsOf(resample(barsFrom(instrument, rows), to, { intervalMs: hour }).bars)).toEqual(expected);
    }),
  );
});

test("bars by volume do not span a night where there is a calendar", () => {
  const rows = ["2024-07-01T13:30", "2024-07-02T13:30"].flatMap((open, date) =>
    Array.from({ length: 13 }, (_, index) => ({ ...barAt(utc(open) + (index + 1) * 30 * minute, index + date), volume: 3 })),
  );
  const { bars } = resample(barsFrom(instrument, rows), "volume:15", { calendar: calendars.nyse });
  expect(Array.from(bars.volume)).toEqual([15, 15, 9, 15, 15, 9]);
  expect(bars.closeTime[2]).toBe(utc("2024-07-01T20:00"));
});

test("a stream that is saved and restored at any bar, and one whose clock runs beside it, go on alike", () => {
  fc.assert(
    fc.property(clockSeries, fc.constantFrom("1h", "1d", "1w", "volume:30"), fc.nat(), ({ start, gaps }, to, cut) => {
      let time = start * 15 * minute;
      const rows = gaps.map((gap, index) => barAt((time += gap * 15 * minute), index));
      const options = { to, intervalMs: 15 * minute };
      const out: Bar[] = [];
      let resampler = new Resampler(options);
      for (const [index, row] of rows.entries()) {
        if (index === cut % rows.length) {
          const saved: unknown = JSON.parse(JSON.stringify(resampler.save()));
          resampler = new Resampler(options);
          resampler.restore(saved);
        }
        resampler.update(row, (bar) => out.push(bar));
        resampler.advance(row.closeTime, () => expect.unreachable("all that a bar completes it gives out itself"));
      }
      expect(out).toEqual(rowsOf(resample(barsFrom(instrument, rows), to, options).bars));
    }),
  );
});

test("a clock gives out a bar whose last parts never came, and what comes after that is late", () => {
  const resampler = new Resampler({ to: "1h", intervalMs: 15 * minute });
  const out: number[] = [];
  const emit = ({ closeTime }: Bar) => out.push(closeTime / minute);
  resampler.update(barAt(15 * minute, 0), emit);
  resampler.advance(59 * minute, emit);
  expect(out).toEqual([]);
  resampler.advance(60 * minute, emit);
  const restored = new Resampler({ to: "1h", intervalMs: 15 * minute });
  restored.restore(resampler.save());
  for (const each of [resampler, restored]) each.update(barAt(45 * minute, 1), emit);
  expect([resampler.late, restored.late]).toEqual([1, 1]);
  for (const end of [75, 120]) resampler.update(barAt(end * minute, 2), emit);
  expect(out).toEqual([60, 120]);
  expect(resampler.late).toBe(1);
  expect(() => new Resampler({ to: "2h", intervalMs: 15 * minute }).restore(resampler.save())).toThrow(/1h, not of 2h/);
});

test("a bar is given out no earlier than all of it is known: bars up to its close alone give the same", () => {
  fc.assert(
    fc.property(clockSeries, fc.constantFrom("1h", "1d", "1w", "1mo"), ({ start, gaps }, to) => {
      let time = start * 30 * minute;
      const source = barsFrom(
        instrument,
        gaps.map((gap, index) => barAt((time += gap * 30 * minute), index)),
      );
      const whole = resample(source, to, { intervalMs: 30 * minute }).bars;
      for (const [row, known] of whole.closeTime.entries()) {
        const upTo = source.closeTime.findIndex((close) => close > known);
        const resampler = new Resampler({ to, intervalMs: 30 * minute });
        const out: Bar[] = [];
        for (const bar of rowsOf(sliceBars(source, 0, upTo < 0 ? source.close.length : upTo)))
          resampler.update(bar, (each) => out.push(each));
        resampler.advance(known, (each) => out.push(each));
        expect(out).toEqual(rowsOf(sliceBars(whole, 0, row + 1)));
      }
    }),
    { numRuns: 40 },
  );
});

test("a split within a slower bar leaves its moves whole: resampled and adjusted is adjusted and resampled", () => {
  const moment = fc.array(fc.record({ at: fc.integer({ min: 0, max: 300 }), numerator: fc.integer({ min: 1, max: 4 }) }), { maxLength: 3 });
  fc.assert(
    fc.property(clockSeries, moment, fc.constantFrom("1h", "4h", "1d"), ({ start, gaps }, splits, to) => {
      let time = start * 15 * minute;
      const bars = barsFrom(
        instrument,
        gaps.map((gap, index) => barAt((time += gap * 15 * minute), index)),
      );
      const actions = splits
        .map(({ at, numerator }) => ({ kind: "split" as const, timeMs: start * 15 * minute + at * 7 * minute, numerator, denominator: 3 }))
        .toSorted((left, right) => left.timeMs - right.timeMs);
      const slower = adjustForward(resample(bars, to, { intervalMs: 15 * minute, actions }).bars, actions);
      const expected = resample(adjustForward(bars, actions), to, { intervalMs: 15 * minute }).bars;
      // Both are in the scale of their own first bar.
      for (const name of ["open", "high", "low", "close", "volume"] as const) {
        const factor = slower[name][0]! / expected[name][0]!;
        slower[name].forEach((value, row) => expect(value / (expected[name][row]! * factor)).toBeCloseTo(1, 9));
      }
    }),
  );
});

test("masked bars are passed over", () => {
  const rows = Array.from({ length: 4 }, (_, index) => barAt((index + 1) * 15 * minute, index));
  rows[1] = { closeTime: 30 * minute, open: NaN, high: NaN, low: NaN, close: NaN, volume: NaN };
  const { bars } = resample(barsFrom(instrument, rows), "1h");
  expect(rowsOf(bars)).toEqual(
    plainly(
      rows.filter(({ close }) => !Number.isNaN(close)),
      () => ({ id: 0, end: hour }),
    ),
  );
});

test.each([
  ["7x", {}],
  ["0m", {}],
  ["volume:0", {}],
  ["30m", {}],
  ["90m", {}],
  ["7h", {}],
  ["session", {}],
  ["2d", { calendar: calendars.nyse }],
  ["1d", { intervalMs: day }],
  ["session", { intervalMs: day, calendar: calendars.nyse }],
  ["1mo", { intervalMs: 31 * day }],
])("the timeframe %s cannot be had with %j", (to, options) => {
  expect(() => new Resampler({ to, intervalMs: hour, ...options })).toThrow(
    expect.objectContaining({ code: "config/invalid", path: "to" }),
  );
});

test("timeframes are read", () => {
  expect(["15m", "1d", "1w", "month", "value:2.5e6"].map(parseTimeframe)).toEqual([
    { kind: "time", lengthMs: 15 * minute },
    { kind: "time", lengthMs: day },
    { kind: "week" },
    { kind: "month" },
    { kind: "value", amount: 2.5e6 },
  ]);
});

const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real bars are resampled here.");

test.skipIf(!isThere)("real hours, minutes and days: nothing is lost and nothing is made up", async () => {
  const hourly = (await readBarsFile(`${folder}crypto_hourly_coinbase/BTCUSD_1h.csv.gz`)).bars;
  for (const to of ["4h", "1d", "1w"]) {
    const { bars } = resample(hourly, to);
    expect(rowsOf(bars)).toEqual(plainly(rowsOf(hourly), (row) => clockGroup(to, row)));
  }
  const fx = (await readBarsFile(`${folder}fx_hourly_eurusd/EURUSD_1h_ask_2017.csv.gz`)).bars;
  const days = resample(fx, "session", { calendar: calendars["fx-week"] }).bars;
  expect(days.closeTime.length).toBe(calendars["fx-week"].sessions(fx.closeTime[0]!, fx.closeTime.at(-1)!).length);
  expect(resample(fx, "1w", { calendar: calendars["fx-week"] }).bars.closeTime.length).toBe(52);
  for (const name of barColumns) expect(days[name].every(Number.isFinite)).toBe(true);
});

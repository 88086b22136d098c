import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { type Bar, barColumns, type Bars, barsFrom, emptyBar, readBar } from "../../domain/index.ts";
import { calendars } from "../calendars/index.ts";
import { namedCalendar } from "../named-calendar.ts";
import { checkBars, formatQualityReport, QualityReport } from "../quality.ts";
import { readBarsFile } from "../read-bars-file.ts";
import { usualStaleBars } from "./bar-shape.ts";
import { describeFinding, formatTogetherReport, kindTexts } from "./describe.ts";
import { findingKinds } from "./finding.ts";
import { checkTogether, TogetherReport } from "./together.ts";

const hour = 3_600_000;
const day = 24 * hour;
const utc = (text: string) => Date.parse(`${text}Z`);
const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };

/** Bars at the given times whose closes move by about 1 %. */
function walkAt(times: readonly number[], seed = 1, symbol = "X"): Bars {
  const random = new Random(seed);
  let price = 100;
  return barsFrom(
    { ...instrument, symbol },
    times.map((closeTime) => {
      const open = price;
      const close = (price *= Math.exp(0.01 * random.normal()));
      const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
      return { closeTime, open, close, high: top * 1.001, low: bottom * 0.999, volume: 1000 * Math.exp(0.3 * random.normal()) };
    }),
  );
}

const hours = (from: string, count: number) => Array.from({ length: count }, (_, index) => utc(from) + (index + 1) * hour);
const row = (bars: Bars, index: number): Bar => readBar(bars, index, emptyBar());
const put = (bars: Bars, index: number, values: Partial<Bar>) => {
  for (const name of barColumns) if (values[name] !== undefined) bars[name][index] = values[name];
};
const scale = (bars: Bars, from: number, factor: number, volume = 1) => {
  for (let index = from; index < bars.close.length; index++) {
    for (const name of ["open", "high", "low", "close"] as const) bars[name][index]! *= factor;
    bars.volume[index]! *= volume;
  }
};
const found = (bars: Bars, calendar?: keyof typeof calendars, actions: Parameters<typeof checkBars>[2] = []) =>
  checkBars(bars, calendar && namedCalendar(calendar), actions).findings;

test("honest bars have no findings", () => {
  expect(found(walkAt(hours("2024-01-01T00:00", 2000)))).toEqual([]);
  const sessions = calendars.nyse
    .sessions(utc("2018-01-01T00:00"), utc("2020-12-31T00:00"))
    .map(({ day: date }) => utc(`${date}T00:00`) + day);
  expect(found(walkAt(sessions), "nyse")).toEqual([]);
});

test("spikes, wicks, opens, jumps that stay, and splits are told apart", () => {
  const bars = walkAt(hours("2024-01-01T00:00", 1000));
  put(bars, 100, { close: bars.close[100]! * 1.5, high: bars.close[100]! * 1.5 });
  for (const index of [200, 201]) put(bars, index, { close: bars.close[index]! * 0.7, low: bars.close[index]! * 0.7 });
  put(bars, 300, { high: bars.high[300]! * 2 });
  put(bars, 310, { low: bars.low[310]! / 2 });
  put(bars, 320, { open: bars.open[320]! * 1.6, high: bars.open[320]! * 1.6 });
  scale(bars, 400, 1.3);
  scale(bars, 600, 1 / 4, 4);
  expect(found(bars)).toMatchObject([
    { kind: "spike", row: 100, bars: 1, field: "close", ratio: expect.closeTo(1.5, 0) },
    { kind: "spike", row: 200, bars: 2, field: "close" },
    { kind: "spike", row: 300, field: "high" },
    { kind: "spike", row: 310, field: "low" },
    { kind: "spike", row: 320, field: "open" },
    { kind: "outlier", row: 400, ratio: expect.closeTo(1.3, 1) },
    { kind: "split", row: 600, numerator: 4, denominator: 1, usual: true, volumeRatio: expect.closeTo(4, -1), adjusted: "neither" },
  ]);
});

test("a split behind masked bars is found, and one that is listed there explained", () => {
  const bars = walkAt(Array.from({ length: 400 }, (_, index) => index * day));
  scale(bars, 200, 0.5, 2);
  for (const index of [199, 200]) put(bars, index, { open: NaN, high: NaN, low: NaN, close: NaN, volume: NaN });
  expect(found(bars)).toMatchObject([{ kind: "split", row: 201, numerator: 2, denominator: 1 }]);
  expect(found(bars, undefined, [{ kind: "split", timeMs: 199 * day, numerator: 2, denominator: 1 }])).toEqual([]);
});

test("a move that is half taken back is no split, and an open on the way of a jump is no spike", () => {
  const bars = walkAt(Array.from({ length: 400 }, (_, index) => index * day));
  scale(bars, 200, 0.5, 2);
  scale(bars, 201, 1.44);
  scale(bars, 300, 2);
  put(bars, 300, { open: bars.close[299]! * 1.4, low: bars.close[299]! * 1.39 });
  expect(
    found(bars)
      .filter((finding) => finding.row < 300)
      .map(({ kind }) => kind),
  ).toEqual(["outlier", "outlier"]);
  expect(found(bars).some((finding) => finding.kind === "spike" && finding.field === "open")).toBe(false);
});

test("a split that is listed is explained; one that prices do not show is told", () => {
  const bars = walkAt(Array.from({ length: 400 }, (_, index) => index * day));
  const actions = [{ kind: "split" as const, timeMs: 199 * day, numerator: 2, denominator: 1 }];
  expect(found(bars, undefined, actions)).toMatchObject([{ kind: "split-not-in-prices", row: 200, listed: 0.5 }]);
  scale(bars, 200, 0.5, 2);
  expect(found(bars, undefined, actions)).toEqual([]);
  expect(found(bars)).toMatchObject([{ kind: "split", row: 200, numerator: 2, denominator: 1 }]);
});

test.each([
  ["after", 1 / 6.4],
  ["before", 1],
] as const)("prices that were adjusted only %s a split are told by their grid", (side, before) => {
  const bars = walkAt(Array.from({ length: 200 }, (_, index) => index * day));
  scale(bars, 0, before);
  scale(bars, 100, side === "after" ? 6.4 : 1 / 6.4, side === "after" ? 1 / 6.4 : 6.4);
  const ticks = (index: number) => ((side === "after") === index < 100 ? 100 : 1e6);
  for (const name of ["open", "high", "low", "close"] as const)
    bars[name].forEach((price, index) => (bars[name][index] = Math.round(price * ticks(index)) / ticks(index)));
  const split = found(bars).find(({ kind }) => kind === "split");
  expect(split).toMatchObject({ row: 100, adjusted: side, usual: false });
  expect(describeFinding(split!)).toContain(`adjusted only ${side} it`);
});

test("stillness is told where it is unusual, volumes where they were not recorded, and copies of a bar with trading", () => {
  const bars = walkAt(hours("2024-01-01T00:00", 1000));
  for (let index = 100; index < 112; index++) put(bars, index, { ...row(bars, 99), closeTime: bars.closeTime[index]!, volume: 0 });
  for (let index = 300; index < 303; index++) put(bars, index, { ...row(bars, 299), closeTime: bars.closeTime[index]!, volume: 0 });
  for (let index = 500; index < 530; index++) put(bars, index, { volume: 0 });
  put(bars, 700, { ...row(bars, 699), closeTime: bars.closeTime[700]! });
  expect(found(bars)).toMatchObject([
    { kind: "stale", row: 100, bars: 12 },
    { kind: "volume-missing", row: 500, bars: 30 },
    { kind: "repeated", row: 700, bars: 1 },
  ]);
  for (let index = 0; index < 980; index += 40)
    for (let still = 1; still < 14; still++)
      put(bars, index + still, { ...row(bars, index), closeTime: bars.closeTime[index + still]!, volume: 0 });
  expect(found(bars).filter(({ kind }) => kind === "stale")).toEqual([]); // As usual here.
});

test("times: twice, backwards, off the grid, on a weekend, and an hour lost with the clocks", () => {
  const bars = walkAt(hours("2024-01-01T00:00", 3000));
  bars.closeTime[50] = bars.closeTime[49]!;
  put(bars, 60, { ...row(bars, 59) });
  bars.closeTime[70] = bars.closeTime[60]!;
  bars.closeTime[80]! += 7 * 60_000;
  expect(found(bars)).toMatchObject([
    { kind: "duplicate", row: 50, conflicting: true },
    { kind: "duplicate", row: 60, conflicting: false },
    { kind: "out-of-order", row: 70 },
    { kind: "off-grid", row: 80, offsetMs: 7 * 60_000 },
  ]);
  const local = hours("2024-01-01T00:00", 3000).filter((time) => time !== utc("2024-03-10T03:00"));
  expect(found(walkAt(local))).toMatchObject([{ kind: "daylight-saving", to: utc("2024-03-10T04:00") }]);
  expect(found(walkAt(local.map((time) => time + day)))).toEqual([]); // The same hour of a Monday.
  expect(found(walkAt(local.filter((time) => time !== utc("2024-03-10T04:00"))))).toEqual([]); // Two hours are something else.
  const dates = Array.from({ length: 300 }, (_, index) => index).filter(
    (date) => new Date(date * day).getUTCDay() % 6 !== 0 || date === 170,
  );
  expect(new Date(170 * day).getUTCDay()).toBe(6);
  expect(found(walkAt(dates.map((date) => (date + 1) * day)))).toMatchObject([{ kind: "weekend", from: 171 * day, bars: 1 }]);
});

test("by a calendar: sessions missing, bars outside, and weeks that are an hour off", () => {
  const sessions = calendars.nyse.sessions(utc("2023-02-01T00:00"), utc("2023-05-01T00:00"));
  const bad = (date: string) => date >= "2023-03-13" && date <= "2023-03-24"; // Two weeks in which the clock was not put forward.
  const times = sessions
    .filter(({ day: date }) => date !== "2023-04-05")
    .flatMap(({ day: date, open }) => Array.from({ length: 13 }, (_, index) => open + (bad(date) ? hour : 0) + ((index + 1) * hour) / 2));
  const bars = walkAt([...times, times.at(-1)! + 5 * hour]);
  const findings = found(bars, "nyse");
  expect(findings.find(({ kind }) => kind === "clock-shift")).toMatchObject({
    shiftMs: hour,
    sessions: 10,
    bars: 130,
    from: utc("2023-03-13T15:00"),
  });
  expect(
    findings
      .filter(({ kind }) => kind === "missing-session")
      .map((finding) => "days" in finding && finding.days)
      .flat(),
  ).toContain("2023-04-05");
  expect(findings.at(-1)).toMatchObject({ kind: "outside-session", bars: 1, to: times.at(-1)! + 5 * hour });
  expect(findings.filter(({ kind }) => kind === "outside-session")).toHaveLength(11);
});

test("by a calendar: a late start alone is no shift of the clock, a whole week of foreign exchange is one", () => {
  const sessions = calendars.nyse.sessions(utc("2023-02-01T00:00"), utc("2023-03-01T00:00"));
  const times = sessions.flatMap(({ open }, date) =>
    Array.from({ length: 13 }, (_, index) => open + ((index + 1) * hour) / 2).slice(date === 5 ? 2 : 0),
  );
  expect(found(walkAt(times), "nyse").map(({ kind }) => kind)).toEqual(["missing-session"]);
  const week = calendars["fx-week"].sessions(utc("2023-02-01T00:00"), utc("2023-03-01T00:00"));
  const shifted = (date: string) => (date >= "2023-02-13" && date <= "2023-02-17" ? -hour : 0);
  const around = week.flatMap(({ day: date, open }) => Array.from({ length: 24 }, (_, index) => open + (index + 1) * hour + shifted(date)));
  expect(found(walkAt(around), "fx-week").find(({ kind }) => kind === "clock-shift")).toMatchObject({
    shiftMs: -hour,
    sessions: 1,
    bars: 120,
  });
});

test("what is usual in stillness, and how much a report lists", () => {
  expect(usualStaleBars([])).toBe(5);
  expect(usualStaleBars([50, 40])).toBe(5); // Two are no habit.
  expect(usualStaleBars([...Array.from({ length: 39 }, (_, index) => 1 + (index % 10)), 90])).toBe(20);
  const bars = walkAt(hours("2024-01-01T00:00", 400));
  bars.volume.fill(-1, 50, 350);
  const { counts, findings, invalid } = checkBars(bars);
  expect({ counts, invalid, listed: findings.length }).toEqual({ counts: { inconsistent: 300 }, invalid: 300, listed: 200 });
});

test("every kind of finding has words, and reports are JSON whatever is in the bars", () => {
  expect(Object.keys(kindTexts).toSorted()).toEqual([...findingKinds].toSorted());
  const number = fc.oneof(
    { weight: 20, arbitrary: fc.double({ min: 1, max: 1000, noNaN: true }) },
    fc.constantFrom(NaN, 0, -1, Infinity, 1e300),
  );
  const rows = fc.array(
    fc.record({
      closeTime: fc.integer({ min: 0, max: 500 }).map((each) => 1.7e12 + each * hour),
      open: number,
      high: number,
      low: number,
      close: number,
      volume: number,
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(rows, fc.constantFrom(undefined, "always" as const), (drawn, calendar) => {
      const report = checkBars(
        barsFrom(
          instrument,
          drawn.toSorted((left, right) => left.closeTime - right.closeTime),
        ),
        calendar && namedCalendar(calendar),
      );
      expect(QualityReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
      expect(formatQualityReport(report)).toContain(`${drawn.length} bars`);
    }),
  );
});

test("several instruments: copied bars, and times that only one lacks", () => {
  const times = hours("2024-01-01T00:00", 200);
  const [a, b, c] = [
    walkAt(times, 1, "A"),
    walkAt(
      times.filter((_, index) => index < 50 || index > 53),
      2,
      "B",
    ),
    walkAt(times.slice(20, 180), 3, "C"),
  ];
  for (const index of [60, 61, 90]) put(c, index - 20, row(a, index));
  for (const bars of [a, c]) put(bars, bars.closeTime.indexOf(times[100]!), { open: 5, high: 5, low: 5, close: 5, volume: 0 }); // By chance.
  const report = checkTogether([a, b, c]);
  expect(report).toEqual({
    schema: "tradewind/quality-together@1",
    symbols: ["A", "B", "C"],
    copied: [{ symbols: ["A", "C"], bars: 3, first: times[60], last: times[90] }],
    missing: [{ symbol: "B", bars: 4, from: times[50], to: times[53] }],
    missingBars: { A: 0, B: 4, C: 0 },
  });
  expect(TogetherReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(formatTogetherReport(report)).toMatch(/A and C: 3 equal bars[^]*B: 4 bars/);
});

const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real bars are looked over here.");

const read = async (file: string, symbol?: string) => (await readBarsFile(`${folder}${file}`, symbol === undefined ? {} : { symbol })).bars;
const fnspid = "ohlcv_sentiment_fnspid/ohlcv_sentiment_to_2021.csv.gz";

test.skipIf(!isThere)("General Electric's splice is named: ×6.4, a reverse split of no usual ratio, adjusted only after", async () => {
  const report = checkBars(await read(fnspid, "GE"), calendars.nyse);
  const splits = report.findings.filter(({ kind }) => kind === "split");
  expect(splits).toMatchObject([{ from: utc("2020-07-07T00:00"), numerator: 5, denominator: 32, usual: false, adjusted: "after" }]);
  expect(splits[0]).toMatchObject({ ratio: expect.closeTo(6.41, 2), likelihood: expect.closeTo(0.97, 1) });
  expect(formatQualityReport(report)).toContain("×6.410, a reverse split of about 5:32");
});

test.skipIf(!isThere)(
  "real quirks: a day left out, volumes that were not recorded, five-minute gaps; and no split where there was none",
  async () => {
    const qqq = checkBars(await read(fnspid, "QQQ"), calendars.nyse);
    expect(qqq.findings).toMatchObject([{ kind: "missing-session", bars: 1, days: ["2019-07-19"] }]); // The importer kept it out.
    const msft = checkBars(await read("index_macro_daily/msft_1d_1990_2022.csv.gz"), calendars.nyse);
    expect(msft.findings).toMatchObject([{ kind: "volume-missing", row: 0, bars: 506 }]);
    const stocks = "equities_daily_stocknet/ohlcv.csv.gz";
    const petroChina = checkBars(await read(stocks, "PTR"), calendars.nyse);
    expect(petroChina.findings).toMatchObject([{ kind: "missing-session", days: ["2016-06-29"] }]); // A row of nulls.
    expect(checkBars(await read(stocks, "SPLP"), calendars.nyse)).toMatchObject({ zeroVolume: 53, findings: [] }); // It trades seldom.
    expect(checkBars(await read("crypto_5m_alts_freqtrade/ADA_BTC-5m.csv.gz")).gaps.missingBars).toBe(40);
    for (const symbol of ["AAL", "AMD", "CMG", "KO", "USO"])
      expect(checkBars(await read(fnspid, symbol)).counts["split"], symbol).toBeUndefined();
  },
);

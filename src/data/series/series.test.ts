import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { datedSeries, seriesHash, seriesUntil } from "./dated-series.ts";
import { inferPeriod, periodEnd, readPeriod } from "./period.ts";
import { readSeries, seriesOptions } from "./read-series.ts";
import { readTable } from "./table.ts";

const folder = mkdtempSync(join(tmpdir(), "tradewind-series-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const fileOf = (content: string | Uint8Array, name = `file-${files++}.csv`): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const read = (content: string, options: z.input<z.ZodObject<typeof seriesOptions>> = {}) =>
  readSeries(fileOf(content), z.strictObject(seriesOptions).parse(options));
const day = (text: string) => Date.parse(`${text}T00:00:00Z`);

const rowsOf = async (content: string | Uint8Array, name?: string) => {
  const rows = [];
  for await (const { line, cells } of readTable(fileOf(content, name))) rows.push([line, cells]);
  return rows;
};

describe("a table", () => {
  test("is CSV with the mark that its head has most of, quotes included, or JSON lines, gzipped or not", async () => {
    const wanted = [
      [2, { day: "2020-01-01", text: 'so, "good"' }],
      [3, { day: "2020-01-02", text: "two\nlines" }],
    ];
    const csv = 'day,text\r\n2020-01-01,"so, ""good"""\r\n2020-01-02,"two\nlines"\r\n';
    expect(await rowsOf(csv)).toEqual(wanted);
    expect(await rowsOf(gzipSync(`\uFEFF${csv}`))).toEqual(wanted);
    expect(await rowsOf("day;text\n2020-01-01;a,b\n\n")).toEqual([[2, { day: "2020-01-01", text: "a,b" }]]);
    const json = '{"day":"2020-01-01","n":1.5,"symbols":["A","B"],"more":{"x":1},"none":null}\n\n{"day":"2020-01-02"}';
    expect(await rowsOf(json)).toEqual([
      [1, { day: "2020-01-01", n: "1.5", symbols: "A B", more: "", none: "" }],
      [3, { day: "2020-01-02" }],
    ]);
  });

  test("comes out whole wherever its bytes are cut", async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `${index},"cell ""${index}"", ${"x".repeat(index % 90)}"`);
    const rows = await rowsOf(`n,text\n${lines.join("\n")}`);
    expect(rows).toHaveLength(lines.length);
    expect(rows.every(([, cells], index) => (cells as { n: string }).n === String(index))).toBe(true);
  });

  test.each([
    ["an open quote", 'a,b\n1,"2', "data/invalid-value"],
    ["a line that is no JSON", '{"a":1}\n{"a":', "data/invalid-value"],
    ["a line that is a list", '{"a":1}\n[1]', "data/invalid-value"],
    ["nothing", "", "data/empty"],
    ["a picture", "\x89PNG\x00\x01", "data/unknown-format"],
  ])("with %s is refused", async (_, content, code) => {
    await expect(rowsOf(content)).rejects.toMatchObject({ code });
  });

  test("that is not there is refused", async () => {
    await expect(readTable(join(folder, "absent.csv")).next()).rejects.toMatchObject({ code: "data/unreadable" });
  });
});

describe("a period", () => {
  test("is written as a year, a quarter or a month", () => {
    expect(readPeriod("2019")).toEqual({ kind: "year", start: day("2019-01-01") });
    expect(readPeriod("2019-Q4")).toEqual({ kind: "quarter", start: day("2019-10-01") });
    expect(readPeriod("201902")).toEqual({ kind: "month", start: day("2019-02-01") });
    expect(readPeriod("2019-12")).toEqual({ kind: "month", start: day("2019-12-01") });
    for (const other of ["201913", "2019-12-01", "12/2019", "19", "2019Q5"]) expect(readPeriod(other)).toBeUndefined();
  });

  test("ends at a midnight that no moment of it is after", () => {
    expect(periodEnd("month", day("2024-02-10"))).toBe(day("2024-03-01"));
    expect(periodEnd("quarter", day("2024-12-31"))).toBe(day("2025-01-01"));
    expect(periodEnd("year", day("2024-01-01"))).toBe(day("2025-01-01"));
    fc.assert(
      fc.property(
        fc.constantFrom("day" as const, "month" as const, "quarter" as const, "year" as const),
        fc.integer({ min: day("1900-01-01"), max: day("2100-01-01") }),
        (kind, time) => {
          const end = periodEnd(kind, time);
          expect(end).toBeGreaterThan(time);
          expect(periodEnd(kind, end - 1)).toBe(end);
          expect(periodEnd(kind, end)).toBeGreaterThan(end);
        },
      ),
      { seed: 1 },
    );
  });

  test("is inferred from first days of months, on the side on which values are known later", () => {
    expect(inferPeriod(["2019-01-01", "2019-02-01", "2019-03-01"].map(day))).toBe("month");
    expect(inferPeriod(["2019-01-01", "2019-07-01", "2019-10-01"].map(day))).toBe("quarter");
    expect(inferPeriod(["2019-01-01", "2021-01-01", "2020-01-01"].map(day))).toBe("year");
    expect(inferPeriod(["2019-01-01", "2019-02-01", "2019-03-02"].map(day))).toBe("day");
    expect(inferPeriod(["2019-01-01", "2019-02-01"].map(day))).toBe("day");
  });
});

describe("dated values", () => {
  test("of days are known when the day is over, and a missing one is left out", async () => {
    const { series, report } = await read("Date,vix\n1/3/2014,13.76\n1/20/2014,.\n1/21/2014,12.87\n");
    expect([...series.knownAt]).toEqual([day("2014-01-04"), day("2014-01-22")]);
    expect([...series.value]).toEqual([13.76, 12.87]);
    expect(report).toMatchObject({ rows: { read: 3, missing: 1, kept: 2 }, columns: { period: "Date", value: "vix", knownAt: null } });
  });

  test("of months are known so many days after the month", async () => {
    const { series, report } = await read("Date,RF\n192607,0.22\n192608,0.25\n", { lagDays: 10 });
    expect([...series.period]).toEqual([day("1926-08-01"), day("1926-09-01")]);
    expect([...series.knownAt]).toEqual([day("1926-08-11"), day("1926-09-11")]);
    expect(report.periodKind).toBe("month");
  });

  test("have the midnights of their zone", async () => {
    const { series } = await read("Date,x\n2020-07-01,1\n2020-12-31,2\n", { timeZone: "America/New_York", periodKind: "day" });
    expect([...series.knownAt]).toEqual([Date.UTC(2020, 6, 2, 4), Date.UTC(2021, 0, 1, 5)]);
  });

  test("of one series among several are told by other columns", async () => {
    const content = "LOCATION,FREQUENCY,TIME,Value\nUSA,M,2019-12,1.5\nUSA,Q,2019-Q4,1.6\nJPN,M,2019-12,0.1\nUSA,A,2019,1.7\n";
    const { series, report } = await read(content, { where: { LOCATION: "USA", FREQUENCY: "M" } });
    expect([...series.value]).toEqual([1.5]);
    expect(report.rows).toMatchObject({ read: 4, other: 3, kept: 1 });
    await expect(read(content, { where: { LOCATION: "USA" } })).rejects.toMatchObject({
      code: "data/invalid-value",
      path: "where",
      message: expect.stringContaining("month, quarter, year"),
    });
    await expect(read(content, { where: { FREQUENCY: "M" } })).rejects.toMatchObject({ code: "data/invalid-value", path: "where" });
    await expect(read(content, { where: { LOCATION: "ITA" } })).rejects.toMatchObject({ code: "data/empty" });
    await expect(read(content, { where: { COUNTRY: "USA" } })).rejects.toMatchObject({ code: "data/missing-column" });
  });

  test("with a publication time are known then, and restatements come on top", async () => {
    const content = [
      "period_end,filed,eps",
      "2019-12-31,2020-02-14,1.00",
      "2020-03-31,2020-05-08,1.10",
      "2019-12-31,2020-05-08,0.90", // restated with the next report
      "2020-03-31,2020-08-07,1.10", // printed again, unchanged
    ].join("\n");
    const { series, report } = await read(content, { value: "eps", period: "period_end", knownAt: "filed" });
    expect([...series.knownAt]).toEqual([day("2020-02-15"), day("2020-05-09"), day("2020-05-09")]);
    expect([...series.value]).toEqual([1, 0.9, 1.1]);
    expect(report).toMatchObject({ revisions: 1, rows: { duplicate: 1, kept: 3 } });
    await expect(read("period_end,filed,eps\n2020-03-31,2020-02-14,1\n")).rejects.toMatchObject({
      code: "data/invalid-value",
      path: "filed",
    });
  });

  test.each([
    [
      "FRED's vintages",
      "realtime_start,realtime_end,date,value\n2020-02-13,2020-03-10,2020-01-01,257.9\n2020-03-11,9999-12-31,2020-02-01,258.6\n",
      "date",
      "realtime_start",
    ],
    ["SimFin's reports", "Ticker;Report Date;Publish Date;Net Income\nA;2019-12-31;2020-02-14;7\n", "Report Date", "Publish Date"],
    ["reports by their end", "fiscal_period_end,filing_date,eps\n2019-12-31,2020-02-14,7\n", "fiscal_period_end", "filing_date"],
  ])("of %s are found by the names of their columns", async (_, content, period, knownAt) => {
    const { series, report } = await read(content, period === "date" ? { periodKind: "month" } : {});
    expect(report.columns).toMatchObject({ period, knownAt });
    expect(series.knownAt[0]).toBe(day(period === "date" ? "2020-02-14" : "2020-02-15"));
  });

  test("whose days are written as midnights are of days", async () => {
    const { series, report } = await read(
      "Date,filed,x\n2020-01-02 00:00:00,2020-01-05 00:00:00,1\n2020-01-03 00:00:00,2020-01-05 09:00:00,2\n",
    );
    expect(report.periodKind).toBe("day");
    expect([...series.period]).toEqual([day("2020-01-04"), day("2020-01-03")]);
    expect([...series.knownAt]).toEqual([Date.UTC(2020, 0, 5, 9), day("2020-01-06")]);
  });

  test("with zones are those moments, though the clock on the wall shows some twice", async () => {
    const content = "timestamp,published_at,x\n2020-11-01T05:30:00Z,2020-11-01T05:30:00Z,1\n2020-11-01T06:30:00Z,2020-11-01T06:30:00Z,2\n";
    const { series } = await read(content, { timeZone: "America/New_York" });
    expect([...series.knownAt]).toEqual([Date.UTC(2020, 10, 1, 5, 30), Date.UTC(2020, 10, 1, 6, 30)]);
    expect(series.period).toEqual(series.knownAt);
  });

  test("of moments are known at them", async () => {
    const { series, report } = await read("timestamp,rate\n2020-01-01T08:00:00Z,0.01\n2020-01-01T16:00:00Z,0.02\n", { lagDays: 0 });
    expect([...series.knownAt]).toEqual([Date.UTC(2020, 0, 1, 8), Date.UTC(2020, 0, 1, 16)]);
    expect(report.periodKind).toBe("instant");
  });

  test.each([
    ["several columns of numbers", "Date,AAA,BAA\n2020-01-02,1,2\n", {}, "data/missing-column", "value"],
    ["no numbers", "Date,x\n2020-01-02,high\n", {}, "data/missing-column", "value"],
    ["a word among numbers", "Date,x\n2020-01-02,1\n2020-01-03,high\n", {}, "data/invalid-value", "x"],
    ["no date", "Date,x\n2020-01-02,1\nsoon,2\n", {}, "data/invalid-value", "period"],
    ["dates whose order is open", "Date,x\n1/2/2020,1\n2/3/2020,2\n", {}, "data/invalid-value", undefined],
    ["two values of a day", "Date,x\n2020-01-02,1\n2020-01-02,2\n", {}, "data/invalid-value", "where"],
    ["nothing but missing values", "Date,x\n2020-01-02,.\n2020-01-03,\n", {}, "data/empty", undefined],
    ["nothing at all in them", "Date,x,y\n2020-01-02,,\n2020-01-03,,\n", {}, "data/missing-column", "value"],
    ["no column of that name", "Date,x\n2020-01-02,1\n", { value: "y" }, "data/missing-column", "value"],
  ])("with %s are refused", async (_, content, options, code, path) => {
    await expect(read(content, options)).rejects.toMatchObject({ code, ...(path !== undefined && { path }) });
  });

  test("are the same whatever the order of rows", async () => {
    const rows = Array.from(
      { length: 40 },
      (_, index) => `2020-${String(1 + (index % 12)).padStart(2, "0")}-${String(10 + (index >> 2))},${index}`,
    );
    const whole = (await read(`Date,x\n${rows.join("\n")}`)).series;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (shuffled) => {
        expect((await read(`Date,x\n${shuffled.join("\n")}`)).series).toEqual(whole);
      }),
      { seed: 2, numRuns: 20 },
    );
  });

  test("up to a moment have the hash that they had then, whatever comes later", () => {
    const value = fc.record({ period: fc.integer({ min: 0, max: 50 }), lag: fc.integer({ min: 0, max: 50 }), value: fc.integer() });
    fc.assert(
      fc.property(
        fc.uniqueArray(value, { selector: ({ period, lag }) => `${period} ${lag}` }),
        fc.integer({ min: -1, max: 101 }),
        (values, time) => {
          const all = values.map(({ period, lag, value: number }) => ({ period, knownAt: period + lag, value: number }));
          const then = datedSeries(all.filter(({ knownAt }) => knownAt <= time));
          expect(seriesUntil(datedSeries(all), time)).toEqual(then);
          expect(seriesHash(seriesUntil(datedSeries(all), time))).toBe(seriesHash(then));
        },
      ),
      { seed: 3 },
    );
  });
});

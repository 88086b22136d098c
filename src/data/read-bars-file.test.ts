import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256, UserError } from "../base/index.ts";
import { barColumns } from "../domain/index.ts";
import { withDuckDb } from "./duckdb.ts";
import { ImportReport } from "./import-report.ts";
import { checkBars } from "./quality.ts";
import { type ImportedBars, readBarsFile } from "./read-bars-file.ts";
import type { ReadOptionsInput } from "./read-options.ts";
import { formatImportReport } from "./report-text.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tradewind-read-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const header = "date,open,high,low,close,volume";
const read = (text: string, options?: ReadOptionsInput, name = "a.csv") => readBarsFile(write(name, text), options);
const sql = (text: string) => withDuckDb((connection) => connection.run(text));

const hourMs = 3_600_000;
const start = Date.UTC(2020, 0, 1);
const stampOf = (hour: number) => new Date(start + hour * hourMs).toISOString();
/** Sound bars, hour by hour, in cents. */
const rowsOf = (closes: readonly number[]) =>
  closes.map((close, hour) => [stampOf(hour), close / 100, (close + 5) / 100, (close - 5) / 100, close / 100, hour].join(","));

test("a file becomes bars with a report and a lineage", async () => {
  const text = [header, ...rowsOf([1000, 1010, 1005])].join("\n");
  const { bars, report, lineage } = await read(text, { currency: "EUR" }, "XYZ.csv");
  expect(bars.instrument).toEqual({ symbol: "XYZ", currency: "EUR", tickSize: 0.01, lotSize: 0.001 });
  expect([...bars.closeTime]).toEqual([1, 2, 3].map((hour) => start + hour * hourMs));
  expect([...bars.close]).toEqual([10, 10.1, 10.05]);
  expect(lineage).toEqual({ source: "file", file: "XYZ.csv", sha256: sha256(text) });
  expect(ImportReport.parse(report)).toEqual(report);
  expect(report).toMatchObject({
    rows: { read: 3, kept: 3, dropped: 0, quarantined: 0 },
    repaired: [],
    time: { zoneFrom: "file", stamp: "open", intervalMs: hourMs },
  });
});

test("every row is kept, dropped or quarantined, in whatever order the rows come", async () => {
  const corruptions: readonly ((row: string) => string)[] = [
    (row) => row.replace(/^[^,]*/, "never"),
    (row) => row.replace(/,[^,]*,/, ",x,"),
    (row) => row.replace(/,[^,]*,/, ",,"),
    (row) => row.replace(/,[^,]*,/, ",Infinity,"),
    (row) => row.replace(/,[^,]*,/, ",0,"),
    (row) => row.replace(/,[^,]*,/, ",99999,"),
    (row) => row.replace(/[^,]*$/, "-1"),
    (row) => row.split(",").slice(0, 3).join(","),
  ];
  const plan = fc.record({
    closes: fc.array(fc.integer({ min: 1000, max: 2000 }), { minLength: 3, maxLength: 30 }),
    duplicates: fc.array(fc.nat()),
    conflicts: fc.array(fc.nat(), { maxLength: 3 }),
    corrupted: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...corruptions)), { maxLength: 5 }),
  });
  const shuffled = plan.chain(({ closes, duplicates, conflicts, corrupted }) => {
    const sound = rowsOf(closes);
    const inConflict = new Set(conflicts.map((index) => 1 + (index % (sound.length - 1)))); // The first one stays sound.
    const extra = [
      ...duplicates.map((index) => sound[index % sound.length]!),
      ...[...inConflict].map((index) => sound[index]!.replace(/[^,]*$/, "123456")),
      ...corrupted.map(([index, corrupt]) => corrupt(sound[index % sound.length]!)),
    ];
    const all = [...sound, ...extra];
    const order = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    return fc.record({
      rows: order,
      closes: fc.constant(closes),
      inConflict: fc.constant(inConflict),
      corrupted: fc.constant(corrupted.length),
    });
  });
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ rows, closes, inConflict, corrupted }) => {
      const { bars, report } = await read([header, ...rows].join("\n"), { intervalMs: hourMs });
      const { read: all, kept, dropped, quarantined } = report.rows;
      expect(all).toBe(rows.length);
      expect(kept + dropped + quarantined).toBe(all);
      expect(quarantined).toBeGreaterThanOrEqual(corrupted + 2 * inConflict.size);
      expect([...bars.close]).toEqual(closes.filter((_, index) => !inConflict.has(index)).map((close) => close / 100));
      expect(report.quarantined.rows).toHaveLength(quarantined);
      expect(Object.values(report.quarantined.byReason).reduce((sum, count) => sum + count, 0)).toBe(quarantined);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["nonsense,1,2,1,1,1", "unparsable-time", "time"],
  ["2020-01-09,x,2,1,1,1", "unparsable-value", "open"],
  ["2020-01-09,1,2,1,null,1", "missing-value", "close"],
  ["2020-01-09,1,2,1", "missing-value", "close"],
  ["2020-01-09,1,inf,1,1,1", "not-finite", "high"],
  ["2020-01-09,1,2,0,1,1", "price-not-positive", "low"],
  ["2020-01-09,1,2,1,1,-5", "negative-volume", "volume"],
  ["2020-01-09,1,1,2,1,1", "high-below-low", "high"],
  ["2020-01-09,3,2,1,1,1", "outside-range", "open"],
  ["2020-01-09,1,2,1,2.1,1", "outside-range", "close"],
  ["2020-01-01,1,2,1,1.5,1", "conflicting-duplicate", "time"],
] as const)("%s is quarantined as %s", async (row, reason, field) => {
  const sound = [1, 2, 3].map((day) => `2020-01-0${day},1,2,1,1,1`);
  const { report } = await read([header, ...sound, row].join("\n"));
  const found = report.quarantined.rows.at(-1)!;
  expect(found).toMatchObject({ row: 5, reason, field });
  expect(formatImportReport(report)).toContain(`row 5: ${reason}`);
});

test("what can be repaired is, and is counted", async () => {
  const { bars, report } = await read(
    `${header}\n2020-01-03,1,2,1,1,5\n2020-01-02,1,2,1,2.00000001,\n2020-01-01,1,2,1,1,5\n2020-01-01,1,2,1,1,5\n`,
  );
  expect(report.repaired.map(({ kind, count }) => [kind, count])).toEqual([
    ["reordered", 2],
    ["duplicate-dropped", 1],
    ["volume-missing", 1],
    ["range-widened", 1],
  ]);
  expect([...bars.volume]).toEqual([5, 0, 5]);
  expect(bars.high[1]).toBe(2.00000001);
});

test("gaps are listed and never filled; nothing before the first good bar is made up", async () => {
  const { bars, report } = await read(`${header}\n2020-01-01,,,,,\n2020-01-02,1,2,1,1,5\n2020-01-03,1,2,1,1,5\n2020-01-06,1,2,1,1,5\n`);
  expect(bars.close).toHaveLength(3);
  expect(report.range.from).toBe(Date.UTC(2020, 0, 3));
  expect(report.gaps).toMatchObject({ stretches: 1, missingBars: 2 });
});

test("rows of a zone whose time is not understood are quarantined like any other", async () => {
  const { report } = await read(`${header}\n2020-01-01,1,2,1,1,1\nnever,1,2,1,1,1\n`, { timeZone: "America/New_York" });
  expect(report).toMatchObject({ rows: { kept: 1, quarantined: 1 }, time: { zone: "America/New_York", zoneFrom: "option" } });
});

test("bars of several lengths in one file are noted", async () => {
  const { report } = await read(
    `${header}\n${rowsOf([1, 2, 3, 4, 5, 6].map((close) => close * 1000)).join("\n")}\n2020-01-01T00:30:00Z,5,6,4,5,1\n`,
  );
  expect(report.notes).toEqual([expect.stringContaining("2 bars follow another")]);
});

test("the report reads", async () => {
  const text = `Downloaded from somewhere\n${header}\n2020-01-03,1,2,1,1.5,\n2020-01-02,1.5,2,1,1.25,7\n2020-01-02,1.5,2,1,1.25,7\n2020-01-06,9,2,1,1,7\n2020-01-10,1,2,1,1,7\n`;
  expect(formatImportReport((await read(text, {}, "ABC.csv")).report)).toMatchInlineSnapshot(`
    "ABC.csv
      layout      CSV with commas, header on line 2
      columns     time = date, open = open, high = high, low = low, close = close, volume = volume
      times       YYYY-MM-DD, zone UTC (assumed); a bar closes when its date ends; bars of 1 day
      rows        5 read = 3 kept + 1 dropped + 1 quarantined
      range       2020-01-03 00:00Z to 2020-01-11 00:00Z (closes)
      instrument  ABC in USD, tick 0.01, lot 0.001
      repaired    1 rows stood before an earlier one: sorted
      repaired    1 rows repeated another one exactly: dropped
      repaired    1 rows had no volume: set to 0
      quarantined 1 outside-range
                  row 6: outside-range (open): date=2020-01-06 00:00:00 open=9 high=2 low=1 close=1 volume=7
      gaps        6 bars missing in 1 stretches (holidays count)
                  6 between 2020-01-04 00:00Z and 2020-01-11 00:00Z"
  `);
});

test("a file without volume has none, and says so", async () => {
  const { bars, report } = await read("date,open,high,low,close\n2020-01-01,1,2,1,1\n");
  expect(bars.volume[0]).toBe(0);
  expect(report.notes).toEqual([expect.stringContaining("no volume")]);
});

test("strict refuses the first row that would be quarantined", async () => {
  await expect(read(`${header}\n2020-01-01,1,2,1,1,1\n2020-01-02,5,2,1,1,1\n`, { strict: true })).rejects.toMatchObject({
    code: "data/invalid-value",
    path: "open",
    message: expect.stringContaining("row 3"),
  });
});

test("CSV, UTF-16, gzip under a wrong name, and Parquet under a wrong name give equal bars", async () => {
  const text = [header, ...rowsOf([1000, 1010, 1005])].join("\n");
  const csv = write("BTC.csv", text);
  const { bars } = await readBarsFile(csv);
  await sql(`COPY (SELECT * FROM read_csv('${csv}')) TO '${join(folder, "parquet.csv")}' (FORMAT parquet)`);
  write("gzip.csv", gzipSync(text));
  write("utf16.csv", Buffer.from(`\ufeff${text}`, "utf16le"));
  write("mark.csv", `\ufeff${text}`);
  for (const name of ["gzip.csv", "parquet.csv", "utf16.csv", "mark.csv"]) {
    const other = await readBarsFile(join(folder, name));
    for (const column of barColumns) expect(other.bars[column], `${name} ${column}`).toEqual(bars[column]);
  }
});

test.each([
  ["TIMESTAMP '2020-01-01 00:00:00' + INTERVAL 1 HOUR * i", "assumed"],
  ["(TIMESTAMP '2020-01-01 00:00:00' + INTERVAL 1 HOUR * i)::TIMESTAMP_NS", "assumed"],
  ["TIMESTAMPTZ '2020-01-01 00:00:00+00' + INTERVAL 1 HOUR * i", "file"],
  ["(1577836800 + 3600 * i)::BIGINT", "file"],
  ["(1577836800000 + 3600000 * i)::DOUBLE", "file"],
  ["strftime(TIMESTAMP '2020-01-01 00:00:00' + INTERVAL 1 HOUR * i, '%Y-%m-%d %H:%M')", "assumed"],
])("Parquet times may be %s", async (time, zoneFrom) => {
  const path = join(folder, "times.parquet");
  await sql(
    `COPY (SELECT ${time} AS ts, 1.5::FLOAT AS open, 2.0::DECIMAL(9, 2) AS high, 1 AS low, '1.5' AS close, i AS volume FROM range(3) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  const { bars, report } = await readBarsFile(path);
  expect([...bars.closeTime]).toEqual([1, 2, 3].map((hour) => start + hour * hourMs));
  expect([...bars.volume]).toEqual([0, 1, 2]);
  expect(report.time.zoneFrom).toBe(zoneFrom);
});

test("a path with the marks of a pattern means that one file", async () => {
  const make = (name: string, price: number) =>
    sql(
      `COPY (SELECT DATE '2020-01-01' AS date, ${price} AS open, ${price} AS high, ${price} AS low, ${price} AS close) TO '${join(folder, name)}' (FORMAT parquet)`,
    );
  await make("a*[1]?.parquet", 1);
  await make("ab1c.parquet", 2);
  await make("ab[1]c.parquet", 3);
  expect([...(await readBarsFile(join(folder, "a*[1]?.parquet"))).bars.close]).toEqual([1]);
});

test("Parquet dates, symbols, nulls and odd names", async () => {
  const path = join(folder, "it's [odd].parquet");
  const rows =
    "('A', DATE '2020-01-01', 1, 2, 1, 1.5, 7), ('B', DATE '2020-01-01', 1, 2, 1, 1, 7), ('A', DATE '2020-01-02', NULL, 2, 1, 1, 7)";
  await sql(
    `COPY (SELECT * FROM (VALUES ${rows}) t("Symbol", "Date", "o'p""en", "High", "Low", "Close", "Volume")) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`,
  );
  const columns = { open: "o'p\"en" };
  await expect(readBarsFile(path, { columns })).rejects.toMatchObject({ path: "symbol" });
  const { bars, report } = await readBarsFile(path, { columns, symbol: "A" });
  expect(bars.instrument.symbol).toBe("A");
  expect([...bars.closeTime]).toEqual([Date.UTC(2020, 0, 2)]);
  expect(report.rows).toMatchObject({ read: 2, kept: 1, quarantined: 1, otherSymbols: 1 });
  expect(report.quarantined.rows[0]).toMatchObject({ row: 3, reason: "missing-value", field: "open" });
});

const sound = `${header}\n2020-01-01,1,2,1,1,1\n`;
const long = [header, ...rowsOf(Array.from({ length: 5000 }, (_, hour) => 1000 + ((hour * 37) % 101)))].join("\n");

test.each<[name: string, content: string | Uint8Array, code: string, options?: ReadOptionsInput]>([
  ["empty.csv", "", "data/empty"],
  ["blank.csv", " \n\n", "data/empty"],
  ["empty.csv.gz", gzipSync(""), "data/empty"],
  ["header-only.csv", `${header}\n`, "data/empty"],
  ["truncated.csv.gz", gzipSync(long).subarray(0, 5000), "data/truncated"],
  ["damaged.csv.gz", gzipSync(long).fill(7, 3000, 3100), "data/truncated"],
  ["start-only.parquet", "PAR1", "data/truncated"],
  ["damaged.parquet", Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(500, 7), Buffer.from("PAR1")]), "data/truncated"],
  ["image.csv", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1"), "data/unknown-format"],
  ["book.csv", Buffer.from("PK\x03\x04\x14\0", "latin1"), "data/truncated"],
  ["junk.csv", Uint8Array.from({ length: 500 }, (_, index) => (index * 97) % 256), "data/unknown-format"],
  ["twice.csv.gz", gzipSync(gzipSync(sound)), "data/unknown-format"],
  ["page.csv", "<html>not found</html>", "data/missing-column"],
  ["headless.csv", "2020-01-01,1,2,3,1,1\n", "data/missing-column"],
  ["words.csv", `${header}\n2020-01-01,a,b,c,d,e\n`, "data/invalid-value"],
  ["one.csv", `${header}\n2020-01-01T00:00Z,1,2,1,1,1\n`, "data/too-short"],
  ["zone.csv", sound, "config/invalid", { timeZone: "Mars/Olympus" }],
  ["misspelt.csv", sound, "config/invalid", { simbol: "X" } as ReadOptionsInput],
])("%s is refused with a code and a way out", async (name, content, code, options) => {
  const path = write(name, content);
  const before = readdirSync(folder);
  await expect(readBarsFile(path, options)).rejects.toMatchObject({
    name: "UserError",
    code,
    path: expect.any(String),
    hint: expect.stringMatching(/\w/),
  });
  expect(readdirSync(folder)).toEqual(before);
});

test("Parquet cut off anywhere is refused", async () => {
  const path = join(folder, "whole.parquet");
  await sql(
    `COPY (SELECT DATE '2020-01-01' + i::INT AS date, 1 + random() AS open, 3 AS high, 1 AS low, 2 AS close FROM range(2000) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  const whole = readFileSync(path);
  const cuts = fc.integer({ min: 4, max: whole.length - 1 });
  await fc.assert(
    fc.asyncProperty(cuts, async (length) => {
      await expect(readBarsFile(write("cut.parquet", whole.subarray(0, length)))).rejects.toMatchObject({ code: "data/truncated" });
    }),
    { numRuns: 20 },
  );
});

test("whatever text comes, it is bars that hold together or a user's mistake", async () => {
  const cell = fc.oneof(
    fc.constantFrom(
      "2020-01-01",
      "2020-01-02T10:00Z",
      "1/2/2020",
      "1577836800",
      "1",
      "2",
      "0.5",
      "1e400",
      "-3",
      "",
      "null",
      '"',
      '"1,5"',
      "\r",
      "\0",
    ),
    fc.string({ maxLength: 4 }),
  );
  const lines = fc.array(fc.array(cell, { maxLength: 7 }).map((cells) => cells.join(",")));
  await fc.assert(
    fc.asyncProperty(lines, fc.boolean(), async (rows, hasHeader) => {
      const outcome = await read([...(hasHeader ? [header] : []), ...rows].join("\n")).catch((error: unknown) => error);
      if (outcome instanceof UserError) return;
      const { bars, report } = outcome as ImportedBars; // Anything else fails here.
      expect(report.rows.kept + report.rows.dropped + report.rows.quarantined).toBe(report.rows.read);
      expect(checkBars(bars).invalid).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test("a file that is not there, or is a folder, is unreadable", async () => {
  await expect(readBarsFile(join(folder, "absent.csv"))).rejects.toMatchObject({ code: "data/unreadable" });
  await expect(readBarsFile(folder)).rejects.toMatchObject({ code: "data/unreadable" });
});

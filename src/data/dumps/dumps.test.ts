import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { withDuckDb } from "../duckdb.ts";
import { loadSource } from "../source.ts";
import { sources } from "../sources/index.ts";
import { planImport } from "./plan-import.ts";

const root = mkdtempSync(join(tmpdir(), "tradewind-dumps-"));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
/** A folder of its own with these files. */
function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(root, String(++folders));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

const hourMs = 3_600_000;
const start = Date.UTC(2024, 0, 1);
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const rows = (from: number, to: number, price = 10) =>
  Array.from({ length: to - from }, (_, index) => {
    const hour = from + index;
    return `${new Date(start + hour * hourMs).toISOString()},${price},${price + 1},${price - 1},${price + (hour % 2) / 4},${hour}`;
  });
const csv = (...lines: string[]) => `date,open,high,low,close,volume\n${lines.join("\n")}\n`;
const read = async (path: string) => (await Promise.all(planImport(path).units.map((unit) => unit.read()))).flat();

test("a folder with a file for each symbol: names are symbols, other files are told, hidden ones are not there", async () => {
  const path = folder({
    "stocks/AAPL.csv": csv(...rows(0, 5)),
    "stocks/BRK.B.csv.gz": gzipSync(csv(...rows(0, 4))),
    "stocks/.hidden.csv": "x",
    "_metadata.csv": "x",
    "readme.md": "x",
  });
  const { units, skipped } = planImport(path);
  expect(units.map(({ name, kind }) => [name, kind])).toEqual([
    ["AAPL", "file"],
    ["BRK.B", "file"],
  ]);
  expect(skipped).toEqual([{ path: "readme.md", why: "not CSV, Parquet or ZIP" }]);
  expect((await read(path)).map(({ bars }) => [bars.instrument.symbol, bars.close.length])).toEqual([
    ["AAPL", 5],
    ["BRK.B", 4],
  ]);
});

test("files of one name in two folders are called by their folder as well", () => {
  const path = folder({ "a/X.csv": "", "b/X.csv": "", "c/b/X.csv": "" });
  expect(planImport(path).units.map(({ name }) => name)).toEqual(["a-X", "b-X", "b-X-2"]);
});

test("a partitioned folder: the parts of a symbol are joined in time order, repeated rows dropped, conflicting ones kept out with their file", async () => {
  const path = folder({
    "symbol=BTC%2FUSD/year=2024/part-1.csv": csv(...rows(3, 6)),
    "symbol=BTC%2FUSD/year=2024/part-2.csv": csv(rows(4, 5)[0]!.replace(/\d+$/, "999"), ...rows(5, 8)),
    "symbol=BTC%2FUSD/year=2023/part-0.csv": csv(...rows(0, 3)),
    "symbol=100%/year=2024/part-0.csv": csv(...rows(0, 4, 3)),
  });
  const [odd, btc] = await read(path);
  expect([btc!.bars.instrument.symbol, odd!.bars.instrument.symbol]).toEqual(["BTC/USD", "100%"]);
  expect([...btc!.bars.volume]).toEqual([0, 1, 2, 3, 5, 6, 7]);
  expect(btc!.report.rows).toEqual({ read: 10, kept: 7, dropped: 1, quarantined: 2, otherSymbols: 0 });
  expect(btc!.report.quarantined.rows.map(({ file, row, reason }) => [file, row, reason])).toEqual([
    ["part-1.csv", 3, "conflicting-duplicate"],
    ["part-2.csv", 2, "conflicting-duplicate"],
  ]);
  expect(btc!.lineage).toMatchObject({ source: "partition", file: expect.stringContaining("3 files") });
  expect(btc!.lineage.sha256).not.toBe(odd!.lineage.sha256);
});

test("Parquet partitions without a symbol in their folders give a series for each symbol in them", async () => {
  const path = folder({ "bars/year=2023/x": "", "bars/year=2024/x": "" });
  for (const year of [2023, 2024]) {
    const values = `('B', DATE '${year}-01-01', 2), ('A', DATE '${year}-01-01', 1), ('A', DATE '${year}-01-02', 1)`;
    await withDuckDb((connection) =>
      connection.run(
        `COPY (SELECT s AS symbol, d AS date, p AS open, p AS high, p AS low, p AS close FROM (VALUES ${values}) t(s, d, p)) TO '${join(path, `bars/year=${year}/0.parquet`)}' (FORMAT parquet)`,
      ),
    );
  }
  const series = await read(path);
  expect(series.map(({ bars }) => [bars.instrument.symbol, bars.close.length])).toEqual([
    ["A", 4],
    ["B", 2],
  ]);
});

test("parts of which some give a zone and some do not are refused", async () => {
  const path = folder({ "symbol=A/1.csv": csv(...rows(0, 3)), "symbol=A/2.csv": csv("2024-02-01 00:00,1,1,1,1,1") });
  await expect(read(path)).rejects.toMatchObject({ code: "data/invalid-value", message: expect.stringContaining("zone") });
});

const kline = (time: number, price: number, end: number) => `${time},${price},${price},${price},${price},7,${end},70,5,3,30,0`;
const minutes = (from: number, count: number, unit: 1 | 1000) =>
  Array.from({ length: count }, (_, index) =>
    kline((from + 60_000 * index) * unit, 100 + index, (from + 60_000 * (index + 1)) * unit - 1),
  ).join("\n");

test("Binance klines: months and days of a symbol make one series, ms or µs, with a header or without", async () => {
  const december = Date.UTC(2024, 11, 31, 23, 58);
  const header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n";
  const zip = (name: string, text: string) => zipSync({ [`${name}.csv`]: strToU8(text) });
  const path = folder({
    "data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-12.zip": zip("BTCUSDT-1m-2024-12", minutes(december, 2, 1)),
    "data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2025-01-01.zip": zip("BTCUSDT-1m-2025-01-01", minutes(december + 120_000, 2, 1000)),
    "data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-12-31.csv": header + minutes(december, 1, 1),
    "data/spot/daily/trades/BTCUSDT/BTCUSDT-trades-2024-12-31.zip": zip("x", "1,2"),
  });
  const { units, skipped } = planImport(path);
  expect(units.map(({ name, kind, paths }) => [name, kind, paths.length])).toEqual([
    ["btcusdt-1m-um", "binance klines", 1],
    ["btcusdt-1m", "binance klines", 2],
  ]);
  expect(skipped.map(({ why }) => why)).toEqual([expect.stringContaining("readBinanceDump")]);
  const [futures, spot] = await read(path);
  expect([...spot!.bars.closeTime]).toEqual([1, 2, 3, 4].map((minute) => december + minute * 60_000));
  expect([...spot!.bars.close]).toEqual([100, 101, 100, 101]);
  expect(spot!.bars.instrument.symbol).toBe("BTCUSDT");
  expect([...futures!.bars.closeTime], "one bar: its length is in the file's name").toEqual([december + 60_000]);
});

test("a file of klines is compared with the sum that Binance publishes, where it is there", async () => {
  const bytes = strToU8(minutes(start, 2, 1));
  const sum = `${hashOf(bytes)}  ETHUSDT-1m-2024-01.csv\n`;
  const sound = folder({ "ETHUSDT-1m-2024-01.csv": bytes, "ETHUSDT-1m-2024-01.csv.CHECKSUM": sum });
  expect((await read(sound))[0]!.bars.close).toHaveLength(2);
  expect(planImport(sound).skipped).toEqual([{ path: "ETHUSDT-1m-2024-01.csv.CHECKSUM", why: expect.stringContaining("compared") }]);
  const damaged = folder({ "ETHUSDT-1m-2024-01.csv": minutes(start, 1, 1), "ETHUSDT-1m-2024-01.csv.CHECKSUM": sum });
  await expect(read(damaged)).rejects.toMatchObject({ code: "data/truncated", message: expect.stringContaining("CHECKSUM") });
});

test("a bar of a month lasts until the next one begins", async () => {
  const path = folder({ "BTCUSDT-1mo-2024-02.csv": kline(Date.UTC(2024, 1, 1), 1, Date.UTC(2024, 2, 1) - 1) });
  expect([...(await read(path))[0]!.bars.closeTime]).toEqual([Date.UTC(2024, 2, 1)]);
});

test("the source folder loads one series, and says which there are", async () => {
  const path = folder({ "AAA.csv": csv(...rows(0, 3)), "BBB.csv": csv(...rows(0, 2)) });
  const load = (params: object) => loadSource(sources.folder, { path, ...params });
  expect((await load({ series: "BBB" })).bars.close).toHaveLength(2);
  await expect(load({})).rejects.toMatchObject({ path: "series", hint: expect.stringContaining("AAA, BBB") });
  await expect(load({ series: "CCC" })).rejects.toMatchObject({ path: "series", message: expect.stringContaining("CCC") });
  await expect(load({ path: join(path, "none") })).rejects.toMatchObject({ code: "data/unreadable" });
});

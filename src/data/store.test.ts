import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bar, barColumns, type Bars, barsFrom } from "../domain/index.ts";
import { readBarsFile } from "./read-bars-file.ts";
import { openStore } from "./store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tradewind-store-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };
const lineage = { source: "test", file: "none", sha256: "0" };
const row = (index: number, price = 10): Bar => ({
  closeTime: index * 60_000,
  open: price,
  high: price + 1,
  low: price - 1,
  close: price,
  volume: index,
});
const barsOf = (count: number, price?: number) =>
  barsFrom(
    instrument,
    Array.from({ length: count }, (_, index) => row(index, price)),
  );
const expectEqual = (left: Bars, right: Bars) => {
  expect(left.instrument).toEqual(right.instrument);
  for (const name of barColumns) expect(left[name], name).toEqual(right[name]);
};

test("what is put is loaded, to the last bit", async () => {
  const store = openStore(join(folder, "it's *new*"));
  const price = fc.double({ min: 1e-8, max: 1e9, noNaN: true });
  const rows = fc.array(fc.record({ closeTime: fc.constant(0), open: price, high: price, low: price, close: price, volume: price }), {
    minLength: 1,
    maxLength: 5000,
  });
  await fc.assert(
    fc.asyncProperty(rows, async (generated) => {
      const bars = barsFrom(
        instrument,
        generated.map((bar, index) => ({ ...bar, closeTime: index / 7 })),
      );
      const entry = await store.put("x", { bars, lineage });
      const loaded = await store.load("x");
      expectEqual(loaded.bars, bars);
      expect(loaded.entry).toEqual(entry);
    }),
    { numRuns: 10 },
  );
});

test("a file goes through the store and comes out of its Parquet the same", async () => {
  const path = join(folder, "XYZ.csv");
  writeFileSync(
    path,
    `date,open,high,low,close,volume\n${Array.from({ length: 3000 }, (_, hour) => `${1_577_836_800 + hour * 3600},${10 + hour / 100},9999,0.01,${10 + hour / 300},${hour / 7}`).join("\n")}\n`,
  );
  const imported = await readBarsFile(path);
  const store = openStore(folder);
  const entry = await store.put("xyz", imported);
  const { bars } = await store.load("xyz");
  expectEqual(bars, imported.bars);
  expect(entry).toMatchObject({ rows: 3000, lineage: imported.lineage, report: imported.report, synthetic: false });
  const again = await readBarsFile(join(folder, "bars", entry.file), { symbol: "XYZ", tickSize: bars.instrument.tickSize });
  expectEqual(again.bars, imported.bars);
});

test("entries are listed by name; equal bars have equal hashes", async () => {
  const store = openStore(folder);
  expect(store.list()).toEqual([]);
  await store.put("b", { bars: barsOf(3), lineage });
  await store.put("a.1", { bars: barsOf(3), lineage, synthetic: true });
  await store.put("a", { bars: barsOf(4), lineage });
  expect(store.list().map(({ name, synthetic, rows }) => [name, synthetic, rows])).toEqual([
    ["a", false, 4],
    ["a.1", true, 3],
    ["b", false, 3],
  ]);
  const [longer, first, second] = store.list();
  expect(first!.contentHash).toBe(second!.contentHash);
  expect(longer!.contentHash).not.toBe(first!.contentHash);
});

test("a new version replaces the old one, and what a crash left", async () => {
  const store = openStore(folder);
  const old = await store.put("x", { bars: barsOf(3), lineage });
  writeFileSync(join(folder, "bars", `${old.file}.999999999.partial`), "half");
  const { file } = await store.put("x", { bars: barsOf(4), lineage });
  expect(readdirSync(join(folder, "bars"))).toEqual([file]);
  expect(readdirSync(join(folder, "catalog"))).toEqual(["x.json"]);
});

test("a write that fails leaves the old version whole and nothing else", async () => {
  const store = openStore(folder);
  await store.put("x", { bars: barsOf(3), lineage });
  const before = [readdirSync(join(folder, "bars")), readdirSync(join(folder, "catalog"))];
  const bars = barsOf(5000);
  let reads = 0;
  const failing = {
    ...bars,
    get volume(): Float64Array {
      if (++reads > 1) throw new Error("the disk is full"); // The first read is for the hash.
      return bars.volume;
    },
  };
  await expect(store.put("x", { bars: failing, lineage })).rejects.toThrow("the disk is full");
  expect([readdirSync(join(folder, "bars")), readdirSync(join(folder, "catalog"))]).toEqual(before);
  expect((await store.load("x")).bars.close).toHaveLength(3);
});

test("a write that dies before the entry is written leaves the old version valid", async () => {
  const store = openStore(folder);
  const { file } = await store.put("x", { bars: barsOf(3), lineage });
  const bytes = readFileSync(join(folder, "bars", file));
  writeFileSync(join(folder, "bars", "x.0123456789ab.parquet"), bytes.subarray(0, 100));
  expect((await store.load("x")).bars.close).toHaveLength(3);
});

test.each([
  [
    "a byte flipped",
    (path: string) =>
      writeFileSync(
        path,
        readFileSync(path).map((byte, at) => (at === 400 ? byte ^ 1 : byte)),
      ),
  ],
  ["cut off", (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 300))],
  ["not Parquet", (path: string) => writeFileSync(path, "hello")],
  ["gone", (path: string) => rmSync(path)],
])("bars that are damaged (%s) do not load", async (_how, damage) => {
  const store = openStore(folder);
  const { file } = await store.put("x", { bars: barsOf(1000), lineage });
  damage(join(folder, "bars", file));
  await expect(store.load("x")).rejects.toMatchObject({ code: "data/corrupt", path: "x" });
});

test("other bars under the same name of a file do not load", async () => {
  const store = openStore(folder);
  const good = await store.put("x", { bars: barsOf(10), lineage });
  const other = await store.put("y", { bars: barsOf(10, 11), lineage });
  writeFileSync(join(folder, "bars", good.file), readFileSync(join(folder, "bars", other.file)));
  await expect(store.load("x")).rejects.toMatchObject({ code: "data/corrupt", message: expect.stringContaining("hash") });
});

test.each(["{", "{}", '{"schema": "tradewind/data-set@9"}'])("an entry such as %s is corrupt", async (text) => {
  const store = openStore(folder);
  await store.put("x", { bars: barsOf(3), lineage });
  writeFileSync(join(folder, "catalog", "x.json"), text);
  await expect(store.load("x")).rejects.toMatchObject({ code: "data/corrupt" });
});

test("a name that is not there is not found, and the names that are get listed", async () => {
  const store = openStore(folder);
  await expect(store.load("x")).rejects.toMatchObject({ code: "data/not-found" });
  await store.put("y", { bars: barsOf(3), lineage });
  await expect(store.load("x")).rejects.toMatchObject({ hint: expect.stringContaining("y") });
});

test.each(["", "..", "../x", "a/b", "a\\b", ".hidden", "A", "x\0", "é", "a".repeat(65)])("%j cannot be a name", async (name) => {
  const store = openStore(folder);
  await expect(store.put(name, { bars: barsOf(3), lineage })).rejects.toMatchObject({ code: "usage/invalid-option", path: "name" });
  await expect(store.load(name)).rejects.toMatchObject({ code: "usage/invalid-option" });
  expect(readdirSync(folder)).toEqual([]);
});

test("two writers of one data set do not meet; the lock of a dead one is taken over", async () => {
  const store = openStore(folder);
  await store.put("x", { bars: barsOf(3), lineage });
  const lock = join(folder, "catalog", "x.lock");
  writeFileSync(lock, String(process.pid));
  await expect(store.put("x", { bars: barsOf(4), lineage })).rejects.toMatchObject({ code: "data/busy" });
  writeFileSync(lock, "999999999");
  await store.put("x", { bars: barsOf(4), lineage });
  expect((await store.load("x")).entry.rows).toBe(4);
});

test("bars out of order, or none, are a bug of the caller", async () => {
  const store = openStore(folder);
  await expect(store.put("x", { bars: barsOf(0), lineage })).rejects.toThrow(/no bars/);
  await expect(store.put("x", { bars: barsFrom(instrument, [row(1), row(0)]), lineage })).rejects.toThrow(/time order/);
});

test("check looks stored bars over", async () => {
  const store = openStore(folder);
  await store.put("x", { bars: barsOf(3), lineage });
  expect((await store.check("x")).quality).toMatchObject({ rows: 3, intervalMs: 60_000, invalid: 0, jumps: [] });
});

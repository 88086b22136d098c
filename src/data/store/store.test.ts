import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashOf, sha256 } from "../../base/index.ts";
import { barColumns, type Bars } from "../../domain/index.ts";
import { writeParquet } from "../parquet.ts";
import { readBarsFile } from "../read-bars-file.ts";
import { contentHash } from "./content-hash.ts";
import { folderShelf } from "./folder-shelf.ts";
import { openStore } from "./open-store.ts";
import { changed, lineage, plain, sampleBars } from "./testing/sample-bars.ts";
import { storeSuite } from "./testing/store-suite.ts";

let folder: string;
const makeFolder = () => {
  folder = mkdtempSync(join(tmpdir(), "tradewind-store-"));
};
beforeEach(makeFolder);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

storeSuite("a store in a folder", () => () => folderShelf(join(folder, "it's [new]*")));

const files = (...inside: string[]): string[] =>
  existsSync(join(folder, ...inside))
    ? readdirSync(join(folder, ...inside), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map(({ name }) => name)
        .toSorted()
    : [];
const partPath = () => {
  const [part] = readdirSync(join(folder, "parts"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".parquet"));
  return join(folder, "parts", part!);
};
const put = (bars: Bars) => openStore(folder).put("x", { bars, lineage });

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
  expect(plain(bars)).toEqual(plain(imported.bars));
  expect(entry).toMatchObject({ rows: 3000, report: imported.report, synthetic: false, lineage: [{ from: imported.lineage }] });
  const again = await readBarsFile(partPath(), { symbol: "XYZ", tickSize: bars.instrument.tickSize });
  expect(plain(again.bars)).toEqual(plain(imported.bars));
});

test("parts are cut by periods that suit the interval", async () => {
  const labels = async (everyMs: number, count: number) => {
    const { series } = await put(sampleBars({ everyMs, count }));
    return series[0]!.parts.map(({ id }) => /\/(.+)-[0-9a-f]{16}$/.exec(id)![1]);
  };
  const dayMs = 86_400_000;
  expect(await labels(dayMs, 100)).toEqual(["2010s", "2020s"]);
  expect(await labels(3_600_000, 24 * 60)).toEqual(["2019", "2020"]);
  expect(await labels(10_000, 6 * 60 * 24 * 14)).toEqual(["2019-11", "2019-12"]);
  expect(await labels(500, 2 * 86_400 + 5)).toEqual(["2019-11-20", "2019-11-21"]);
});

test("what a crash left is cleared away by the next write", async () => {
  const old = await put(sampleBars({ seed: 1 }));
  const [series] = old.series;
  const inside = join(folder, "parts", "x", series!.parts[0]!.id.split("/")[0]!);
  writeFileSync(join(inside, "2019-0123456789abcdef.parquet"), "a part without a record");
  writeFileSync(join(inside, "2019-0123456789abcdef.parquet.1.partial"), "half a part");
  writeFileSync(join(folder, "catalog", "x", "00000002.json.partial"), "half a record");
  expect((await openStore(folder).load("x")).entry).toEqual(old);
  await put(sampleBars({ seed: 2 }));
  expect(files("parts")).toHaveLength(2);
  expect(files("catalog")).toEqual(["00000001.hold", "00000001.json", "00000002.hold", "00000002.json", "lock"]);
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
])("bars that are damaged (%s) do not load, and can be put again", async (_how, damage) => {
  const bars = sampleBars({ count: 1000, everyMs: 1_000_000 });
  await put(bars);
  damage(partPath());
  const store = openStore(folder);
  await expect(store.load("x")).rejects.toMatchObject({ code: "data/corrupt", path: "x" });
  await put(bars);
  expect(plain((await store.load("x")).bars)).toEqual(plain(bars));
});

test("other bars in a part's place do not load, and a compaction does not make them sound", async () => {
  const store = openStore(folder);
  const bars = sampleBars({ count: 10 });
  await put(bars);
  await writeParquet(partPath(), Object.fromEntries(barColumns.map((name) => [name, changed(bars, 3, "close", 11)[name]])));
  await expect(store.load("x")).rejects.toMatchObject({ code: "data/corrupt", message: expect.stringContaining("hash") });
  const more = sampleBars({ count: 12 });
  await store.append("x", { bars: { ...more, closeTime: more.closeTime.map((time) => time + 3_600_000 * 24 * 20) }, lineage });
  await expect(store.compact("x")).rejects.toMatchObject({ code: "data/corrupt", message: expect.stringContaining("hash") });
});

test.each(["{", "{}", '{"schema": "tradewind/data-set@9"}'])(
  "a record such as %s is corrupt, and a new put makes it good",
  async (text) => {
    await put(sampleBars({ count: 3 }));
    writeFileSync(join(folder, "catalog", "x", "00000001.json"), text);
    const store = openStore(folder);
    await expect(store.load("x")).rejects.toMatchObject({ code: "data/corrupt" });
    await put(sampleBars({ count: 4 }));
    expect((await store.load("x")).entry.rows).toBe(4);
  },
);

/** Writes an entry as the first versions of the program did. */
async function writeOldEntry(bars: Bars): Promise<void> {
  const hash = hashOf({ instrument: bars.instrument, columns: Object.fromEntries(barColumns.map((name) => [name, sha256(bars[name])])) });
  const file = `x.${hash.slice(0, 12)}.parquet`;
  const { closeTime, instrument } = bars;
  for (const each of ["bars", "catalog"]) mkdirSync(join(folder, each));
  await writeParquet(join(folder, "bars", file), Object.fromEntries(barColumns.map((name) => [name, bars[name]])));
  const range = { from: closeTime[0], to: closeTime.at(-1) };
  const rest = { columns: barColumns, instrument, rows: closeTime.length, range, synthetic: true, lineage, report: null };
  writeFileSync(
    join(folder, "catalog", "x.json"),
    JSON.stringify({ schema: "tradewind/data-set@1", name: "x", contentHash: hash, file, ...rest }),
  );
}

test("what an older version of the program stored is opened, and stored anew", async () => {
  const bars = sampleBars();
  await writeOldEntry(bars);
  const store = openStore(folder);
  expect(await store.list()).toMatchObject([{ name: "x", synthetic: true, contentHash: contentHash(bars), lineage: [{ from: lineage }] }]);
  expect(plain((await store.load("x")).bars)).toEqual(plain(bars));
  expect([files("bars"), existsSync(join(folder, "catalog", "x.json"))]).toEqual([[], false]);
});

test("old bars that do not match their hash are corrupt, and a put over them makes it good", async () => {
  await writeOldEntry(sampleBars());
  const [old] = files("bars");
  await writeParquet(join(folder, "bars", old!), Object.fromEntries(barColumns.map((name) => [name, sampleBars({ seed: 2 })[name]])));
  const store = openStore(folder);
  await expect(store.load("x")).rejects.toMatchObject({ code: "data/corrupt" });
  await put(sampleBars({ count: 4 }));
  expect((await store.load("x")).entry.rows).toBe(4);
});

test("a folder that cannot be made is refused", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(openStore(join(folder, "file")).put("x", { bars: sampleBars(), lineage })).rejects.toMatchObject({
    code: "data/unreadable",
  });
});

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import type { Progress } from "../base/index.ts";
import { openStore } from "../data/index.ts";
import { type FolderRequest, holdsSeveral, importData, importFolder } from "./data-import.ts";
import { openDataSet } from "./data-sets.ts";
import { csvOf, temporaryFolders, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const csv = (seed: number, rows = 60) => csvOf(walkDataSet(seed, rows).bars);
function place(files: Readonly<Record<string, string | Uint8Array>>): { cwd: string; file: string; home: string } {
  const cwd = folders.fresh();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, "in", name)), { recursive: true });
    writeFileSync(join(cwd, "in", name), content);
  }
  return { cwd, file: "in", home: "home" };
}

function run(request: FolderRequest, signal = new AbortController().signal) {
  const told: Progress[] = [];
  return importFolder(request, { signal, progress: (progress) => told.push(progress) }).then((result) => ({ ...result, told }));
}
const storeOf = ({ cwd }: { cwd: string }) => openStore(join(cwd, "home", "data"));
const namesIn = async (at: { cwd: string }) => (await storeOf(at).list()).map(({ name }) => name);

const long = (...symbols: string[]) =>
  `symbol,${csv(1).split("\n")[0]}\n${symbols
    .flatMap((symbol, index) =>
      csv(index + 1)
        .trim()
        .split("\n")
        .slice(1)
        .map((row) => `${symbol},${row}`),
    )
    .join("\n")}\n`;

test("each file of a folder becomes a data set; a bad one is told and does not keep the others out", async () => {
  const at = place({
    "AAA.csv": csv(1),
    "BBB.csv": "date,open\n",
    "CCC.csv": csv(3, 40),
    "rates.csv": "date,rate\n2020-01-01,1\n",
    "notes.txt.md": "x",
  });
  const { stored, failed, skipped, told } = await run({ ...at, options: {} });
  expect(stored.map(({ name, symbol, rows }) => [name, symbol, rows.kept])).toEqual([
    ["aaa", "AAA", 60],
    ["ccc", "CCC", 40],
  ]);
  expect(failed).toMatchObject([{ file: "BBB.csv", code: "data/missing-column" }]);
  expect(skipped.map(({ path }) => path).toSorted()).toEqual(["notes.txt.md", "rates.csv"]);
  expect(await namesIn(at)).toEqual(["aaa", "ccc"]);
  expect(told.map(({ fraction }) => fraction)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test("strict stores nothing unless every file can be used", async () => {
  const files = { "AAA.csv": csv(1), "BBB.csv": `${csv(2)}2030-01-01T00:00:00Z,1,0.5,1,1,1\n` };
  const at = place(files);
  await expect(run({ ...at, options: { strict: true } })).rejects.toMatchObject({ code: "data/invalid-value" });
  expect(existsSync(join(at.cwd, "home"))).toBe(false);
  expect((await run({ ...at, options: {} })).stored.map(({ rows }) => rows.quarantined)).toEqual([0, 1]);
});

test("a name puts all series into one data set, of which each is opened by its symbol", async () => {
  const at = place({ "AAA.csv": csv(1), "BBB.csv": csv(2) });
  await run({ ...at, name: "both", options: {} });
  expect(await namesIn(at)).toEqual(["both"]);
  const opened = await openDataSet("both:BBB", { ...folders.home(), data: join(at.cwd, "home", "data") });
  expect(opened.bars.close).toEqual(walkDataSet(2, 60).bars.close);
  expect((await storeOf(at).list())[0]).toMatchObject({ series: [{ instrument: { symbol: "AAA" } }, { instrument: { symbol: "BBB" } }] });
});

test("one data set holds a symbol once", async () => {
  const at = place({ "a/AAA.csv": csv(1), "b/AAA.csv": csv(2) });
  await expect(run({ ...at, name: "both", options: {} })).rejects.toMatchObject({ path: "name", message: expect.stringContaining("AAA") });
  expect(await namesIn(at)).toEqual([]);
});

test("every symbol of a long file, and of two of them with the same symbols, under names of their own", async () => {
  const at = place({ "first.csv": long("X", "Y"), "second.csv": long("X", "Z") });
  const one = { ...at, file: join("in", "first.csv") };
  expect(holdsSeveral(one.file, "all", at.cwd)).toBe(true);
  expect((await run({ ...one, options: { symbol: "all" } })).stored.map(({ name }) => name)).toEqual(["x", "y"]);
  expect((await run({ ...at, options: {} })).stored.map(({ name }) => name)).toEqual(["x", "y", "second-x", "z"]);
  expect((await run({ ...at, home: "other", options: { symbol: "Z" } })).stored.map(({ name }) => name)).toEqual(["z"]);
});

test("a name that means a sample is not taken, as nothing could be opened by it", async () => {
  const at = place({ "AAPL.csv": csv(1), "B.csv": csv(2) });
  expect((await run({ ...at, options: {} })).stored.map(({ name }) => name)).toEqual(["aapl-2", "b"]);
  const alone = await importData({ cwd: at.cwd, home: "home", file: join("in", "AAPL.csv"), options: {} });
  expect(alone.name).toBe("aapl-2");
});

test("a stop leaves what was stored by then", async () => {
  const at = place({ "AAA.csv": csv(1), "BBB.csv": csv(2), "CCC.csv": csv(3) });
  const controller = new AbortController();
  const stopped = importFolder(
    { ...at, options: {} },
    { signal: controller.signal, progress: ({ message }) => message === "BBB" && controller.abort() },
  );
  await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  expect(await namesIn(at)).toEqual(["aaa", "bbb"]);
});

test("actions of a Lean folder are stored with its bars", async () => {
  const days = ["20140606", "20140609", "20140610"].map((day) => `${day} 00:00,1000000,1000000,1000000,1000000,9`).join("\n");
  const at = place({
    "data/equity/usa/daily/xyz.zip": zipSync({ "xyz.csv": strToU8(days) }),
    "data/equity/usa/factor_files/xyz.csv": "20140606,1,0.5\n20501231,1,1\n",
  });
  expect((await run({ ...at, options: {} })).stored).toMatchObject([{ name: "xyz-daily", symbol: "XYZ", actions: 1 }]);
  expect((await storeOf(at).load("xyz-daily")).actions).toMatchObject([{ kind: "split", numerator: 2, denominator: 1 }]);
  expect(holdsSeveral(join("in", "data/equity/usa/daily/xyz.zip"), undefined, at.cwd)).toBe(true);
});

test.each([
  ["nothing in it", {}, undefined, "data/empty"],
  ["nothing but recordings", { "X-trades-2024-01-01.zip": "x" }, undefined, "data/empty"],
  ["nothing but rates", { "a.csv": "date,rate\n2020-01-01,1\n", "b.csv": "date,rate\n2020-01-01,1\n" }, undefined, "data/empty"],
  ["no such symbol", { "AAA.csv": csv(1), "BBB.csv": csv(1) }, "CCC", "data/invalid-value"],
])("a folder with %s is refused", async (_what, files, symbol, code) => {
  const at = place({ "x/.keep": "", ...files });
  await expect(run({ ...at, options: { symbol } })).rejects.toMatchObject({ code });
  expect(existsSync(join(at.cwd, "home"))).toBe(false);
});

test("one file of one series, and what is not there, are no matter of several", () => {
  const at = place({ "AAA.csv": csv(1) });
  expect([
    holdsSeveral("in", undefined, at.cwd),
    holdsSeveral("in/AAA.csv", undefined, at.cwd),
    holdsSeveral("none", undefined, at.cwd),
  ]).toEqual([true, false, false]);
});

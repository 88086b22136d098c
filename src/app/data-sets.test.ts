import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { openStore } from "../data/index.ts";
import { importData } from "./data-import.ts";
import { checkData } from "./data-quality.ts";
import { listData, openDataSet, openNamedDataSet } from "./data-sets.ts";
import { csvOf, temporaryFolders, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const { bars } = walkDataSet(3, 120);
const csv = csvOf(bars);

/** A file in a folder of its own. */
function file(name: string, content: string | Buffer): { cwd: string; file: string } {
  const cwd = folders.fresh();
  writeFileSync(join(cwd, name), content);
  return { cwd, file: name };
}

describe("a data set is opened by", () => {
  test("the name of a sample, which says where it is from", async () => {
    const { bars: sample, synthetic, lineage, contentHash } = await openDataSet("sp500", folders.home());
    expect({ symbol: sample.instrument.symbol, synthetic, package: lineage.package }).toEqual({
      symbol: "SP500",
      synthetic: false,
      package: "vega-datasets",
    });
    expect(lineage.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(contentHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("the name it was stored under, synthetic still being synthetic", async () => {
    const home = folders.home();
    const walk = walkDataSet(3, 120);
    await openStore(home.data).put("walk", walk);
    expect(await openDataSet("walk", home)).toEqual({ ...walk, version: walk.contentHash });
  });

  test("the path of a file, from the working folder or from anywhere", async () => {
    const { cwd, file: name } = file("bars.csv", csv);
    const relative = await openDataSet(name, folders.home(), cwd);
    expect(relative.bars.close).toEqual(bars.close);
    expect(relative.lineage.file).toBe("bars.csv");
    expect(relative.reference).toBe(join(cwd, name));
    expect(await openDataSet(relative.reference, folders.home(), folders.root)).toEqual(relative);
  });

  test("no other name: what there is is told", async () => {
    const home = folders.home();
    await openStore(home.data).put("mine", walkDataSet(3, 120));
    await expect(openDataSet("sp501", home)).rejects.toMatchObject({
      code: "data/not-found",
      path: "data",
      hint: expect.stringMatching(/sp500.*ndx|ndx.*sp500/) as string,
    });
    await expect(openDataSet("sp501", home)).rejects.toMatchObject({ hint: expect.stringContaining("mine") as string });
  });

  test("its name alone, where a file would be too much", async () => {
    const { cwd, file: name } = file("bars.csv", csv);
    const home = folders.home();
    expect((await openNamedDataSet("sp500", home)).bars.instrument.symbol).toBe("SP500");
    for (const path of [name, join(cwd, name)])
      await expect(openNamedDataSet(path, home)).rejects.toMatchObject({ code: "data/not-found", path: "data" });
  });

  test.each(["missing.csv", "./missing", "../up/missing.parquet"])("no missing file such as %s", async (name) => {
    await expect(openDataSet(name, folders.home(), folders.fresh())).rejects.toMatchObject({ code: "data/unreadable" });
  });
});

describe("an import", () => {
  test("stores, lists and checks, and gives what was in the file", async () => {
    const place = { ...file("My Bars (daily).csv", csv), home: "home" };
    const options = { symbol: "WALK" };
    const imported = await importData({ ...place, options });
    expect(imported.name, "the symbol that was asked for").toBe("walk");
    expect(imported.report.rows).toMatchObject({ read: 120, kept: 120 });
    expect(imported.text).toContain("120");

    const listed = (await listData(place)).find(({ name }) => name === imported.name);
    expect(listed).toMatchObject({ kind: "stored", symbol: "WALK", bars: 120, from: "2000-01-02" });
    const checked = await checkData({ ...place, names: [imported.name] });
    expect(checked.text).toContain(imported.contentHash.slice(0, 12));
    const opened = await openDataSet(imported.name, { ...folders.home(), data: join(place.cwd, "home", "data") });
    expect(opened.contentHash).toBe(imported.contentHash);
    expect([opened.bars.closeTime, opened.bars.close]).toEqual([bars.closeTime, bars.close]);
  });

  test("takes gzip as it is, names the data set after the file, and gives the same content", async () => {
    const plain = await importData({ ...file("walk.csv", csv), options: {} });
    const zipped = await importData({ ...file("walk.csv.gz", gzipSync(csv)), options: {} });
    expect(zipped.name).toBe("walk");
    expect(zipped.contentHash).toBe(plain.contentHash);
  });

  test("without a symbol is named after the file", async () => {
    const place = { ...file("My Bars (daily).csv", csv), home: "home" };
    expect((await importData({ ...place, options: {} })).name).toBe("my-bars-daily");
  });

  test("under a name that is there replaces it", async () => {
    const first = { ...file("walk.csv", csv), name: "same", options: {} };
    await importData(first);
    const second = await importData({ ...first, ...{ file: join(file("walk.csv", csvOf(walkDataSet(4, 90).bars)).cwd, "walk.csv") } });
    const stored = (await listData(first)).filter(({ kind }) => kind === "stored");
    expect(stored.map(({ name, bars: count }) => [name, count])).toEqual([["same", 90]]);
    expect(second.report.rows.kept).toBe(90);
  });

  test("lists the samples of a home in which nothing was stored, and makes nothing", async () => {
    const cwd = folders.fresh();
    expect((await listData({ cwd })).map(({ name, kind }) => [name, kind])).toEqual([
      ["aapl", "sample"],
      ["ndx", "sample"],
      ["sp500", "sample"],
    ]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  const lines = csv.split("\n");
  test.each<[string, string, string | Buffer, string]>([
    ["empty", "empty.csv", "", "data/empty"],
    ["nothing but a header", "header.csv", `${lines[0]}\n`, "data/empty"],
    ["without prices", "times.csv", "time,note\n2020-01-01,hello\n2020-01-02,hello\n", "data/not-bars"],
    ["nothing but nonsense", "nonsense.csv", `${lines[0]}\nyesterday,a,b,c,d,e\n`, "data/invalid-value"],
    ["binary", "binary.csv", Buffer.from(Array.from({ length: 600 }, (_, index) => (index * 37) % 256)), "data/unknown-format"],
    ["a picture that calls itself CSV", "picture.csv", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "data/unknown-format"],
    ["CSV that calls itself Parquet", "text.parquet", csv, ""],
    ["gzip cut off", "cut.csv.gz", gzipSync(csv).subarray(0, 400), "data/truncated"],
    ["Parquet cut off", "cut.parquet", "PAR1 and then nothing", "data/truncated"],
  ])("of a file that is %s leaves nothing in the store", async (_, name, content, code) => {
    const place = { ...file(name, content), home: "home" };
    const outcome = await importData({ ...place, options: {} }).catch((reason: unknown) => reason);
    if (code === "") return expect(outcome, "content counts, not the name").toMatchObject({ report: { rows: { kept: 120 } } });
    expect(outcome).toMatchObject({ name: "UserError", code });
    expect(`${(outcome as Error).message} ${(outcome as { path?: string }).path}`, "names the file or the column").toMatch(
      new RegExp(`${name}|close|time|open`),
    );
    expect(existsSync(join(place.cwd, "home"))).toBe(false);
  });

  test("of a folder is refused", async () => {
    await expect(importData({ cwd: folders.root, file: basename(folders.fresh()), options: {} })).rejects.toMatchObject({
      code: "data/unreadable",
    });
  });

  test("that fails leaves the older version of the name whole", async () => {
    const place = { ...file("walk.csv", csv), home: "home", options: {} };
    const { contentHash } = await importData(place);
    writeFileSync(join(place.cwd, "walk.csv"), "time,open\n");
    await expect(importData(place)).rejects.toMatchObject({ name: "UserError" });
    const { checked } = await checkData({ ...place, names: ["walk"] });
    expect(checked).toMatchObject([{ contentHash, verified: true, quality: { rows: 120 } }]);
    const [entry] = await openStore(join(place.cwd, "home", "data")).list();
    expect(entry!.contentHash).toBe(contentHash);
  });

  test("that was changed behind the store's back is found by the check", async () => {
    const place = { ...file("walk.csv", csv), home: "home", options: {} };
    await importData(place);
    const folder = join(place.cwd, "home", "data", "parts");
    const part = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((each) => each.endsWith(".parquet"));
    const path = join(folder, part!);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 9));
    await expect(checkData({ ...place, names: ["walk"] })).rejects.toMatchObject({ code: "data/corrupt", path: "walk" });
    await expect(checkData({ ...place, names: ["wolk"] })).rejects.toMatchObject({ code: "data/not-found" });
  });
});

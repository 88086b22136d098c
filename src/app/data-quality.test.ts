import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CleaningPlan, openStore, resample } from "../data/index.ts";
import { type Bars, copyBars, type CorporateAction } from "../domain/index.ts";
import { cleanData, resampleData } from "./data-making.ts";
import { checkData } from "./data-quality.ts";
import { csvOf, temporaryFolders, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const lineage = { source: "file", file: "walk.csv", sha256: "0".repeat(64), licence: "MIT" };
const { bars: clean } = walkDataSet(3, 400);
const named = (bars: Bars, symbol: string): Bars => ({ ...bars, instrument: { ...bars.instrument, symbol } });

/** The walk with a close that is ten times too high, and prices halved by a split from row 300 on. */
function spoiled(symbol: string, seed = 3): Bars {
  const bars = named(copyBars(walkDataSet(seed, 400).bars), symbol);
  for (const name of ["open", "high", "low", "close"] as const) for (let row = 300; row < 400; row++) bars[name][row]! /= 2;
  for (let row = 300; row < 400; row++) bars.volume[row]! *= 2;
  bars.close[250]! *= 10;
  bars.high[250] = bars.close[250]!;
  return bars;
}

async function stored(series: readonly { bars: Bars; actions?: readonly CorporateAction[] }[], name = "raw") {
  const place = { cwd: folders.fresh(), home: "home" };
  const store = openStore(join(place.cwd, "home", "data"));
  const entry = await store.put(name, { series, lineage });
  return { place, store, entry };
}

describe("a check", () => {
  test("of a stored data set verifies it and reports each instrument, and all beside one another", async () => {
    const { place, entry } = await stored([{ bars: spoiled("A") }, { bars: named(clean, "B") }]);
    const { checked, together, text } = await checkData({ ...place, names: ["raw"] });
    expect(checked).toMatchObject([
      { name: "raw", contentHash: entry.contentHash, verified: true, quality: { symbol: "A", counts: { spike: 1, split: 1 } } },
      { quality: { symbol: "B", counts: {} } },
    ]);
    expect(together).toMatchObject({ symbols: ["A", "B"], copied: [{ symbols: ["A", "B"] }] });
    expect(text).toContain(`${entry.contentHash.slice(0, 12)} verified`);
    expect(text).toContain("1 splits that nobody listed");
    expect((await checkData({ ...place, names: ["raw:B"] })).together).toBeNull();
  });

  test("of a file, of a sample, and by corporate actions that were stored with the bars", async () => {
    const { place } = await stored([
      { bars: spoiled("A"), actions: [{ kind: "split", timeMs: clean.closeTime[299]!, numerator: 2, denominator: 1 }] },
    ]);
    expect((await checkData({ ...place, names: ["raw"] })).checked[0]!.quality.counts).toEqual({ spike: 1 });
    writeFileSync(join(place.cwd, "walk.csv"), csvOf(clean));
    const { checked } = await checkData({ ...place, names: ["walk.csv", "sp500"] });
    expect(checked).toMatchObject([{ name: "walk.csv", verified: false, quality: { rows: 400 } }, { name: "sp500" }]);
    await expect(checkData({ ...place, names: ["sp500"], calendar: "mars" })).rejects.toMatchObject({
      code: "config/invalid",
      path: "calendar",
    });
  });
});

const request = { train: 0.5, policies: [] };

describe("cleaning", () => {
  test("stores what it made with its parent and its plan, which does the same again", async () => {
    const { place, store, entry } = await stored([{ bars: spoiled("A") }]);
    const made = await cleanData({ ...place, ...request, name: "raw", as: "good", planOut: "plan.json" });
    expect(made.reports[0]!.counts).toMatchObject([
      { kind: "spike", deed: "repaired", bars: 2 }, // The first bar after a split is doubted.
      { kind: "split", deed: "restated", bars: 1 },
    ]);
    const good = await store.entry("good");
    expect(good).toMatchObject({ contentHash: made.contentHash, licence: "MIT", origin: expect.stringContaining("raw, cleaned by plan") });
    expect(good.parents).toEqual([{ name: "raw", contentHash: entry.contentHash, how: expect.stringContaining("3 changes") }]);
    const plans = CleaningPlan.array().parse(JSON.parse(readFileSync(join(place.cwd, "plan.json"), "utf8")));
    expect(plans).toEqual(made.plans);
    expect(plans[0]!.fitted).toMatchObject({ symbol: "A", bars: 200, to: clean.closeTime[199] });
    const kept = await cleanData({ ...place, ...request, name: "raw", as: "kept" });
    expect(JSON.parse(readFileSync(kept.planFile, "utf8"))).toEqual(made.plans);
    const again = await cleanData({ ...place, ...request, name: "raw", as: "again", plan: "plan.json" });
    expect(again.contentHash).toBe(made.contentHash);
    expect((await checkData({ ...place, names: ["good"] })).checked[0]!.quality.counts).toEqual({});
  });

  test("lists splits as corporate actions, and masks, where it is told to", async () => {
    const { place, store } = await stored([{ bars: spoiled("A") }]);
    await cleanData({ ...place, ...request, name: "raw", as: "listed", policies: ["split=action", "spike=mask"] });
    const { actions, bars } = await store.load("listed");
    expect(actions).toEqual([{ kind: "split", timeMs: clean.closeTime[301], numerator: 2, denominator: 1 }]);
    expect([bars.close[250], bars.close[300]]).toEqual([NaN, NaN]);
    expect((await checkData({ ...place, names: ["listed"] })).checked[0]!.quality).toMatchObject({ masked: 2, invalid: 0, counts: {} });
  });

  test("leaves alone what listed actions explain, and carries them over", async () => {
    const actions: CorporateAction[] = [{ kind: "split", timeMs: clean.closeTime[299]!, numerator: 2, denominator: 1 }];
    const { place, store } = await stored([{ bars: spoiled("A"), actions }]);
    const { reports } = await cleanData({ ...place, ...request, name: "raw", as: "good" });
    expect(reports[0]!.counts).toEqual([{ kind: "spike", deed: "repaired", bars: 1 }]);
    expect((await store.load("good")).actions).toEqual(actions);
  });

  test("fits a plan for each of several instruments, up to a day", async () => {
    const { place } = await stored([{ bars: spoiled("A") }, { bars: spoiled("B", 5) }]);
    const trainTo = new Date(clean.closeTime[149]! - 1).toISOString().slice(0, 10);
    const { plans } = await cleanData({ ...place, ...request, name: "raw", as: "good", trainTo, planOut: "plans.json" });
    expect(plans.map(({ fitted }) => [fitted.symbol, fitted.bars])).toEqual([
      ["A", 150],
      ["B", 150],
    ]);
    const other = await stored([{ bars: spoiled("C") }, { bars: spoiled("D", 5) }]);
    writeFileSync(join(other.place.cwd, "plans.json"), JSON.stringify(plans));
    await expect(cleanData({ ...other.place, ...request, name: "raw", as: "good", plan: "plans.json" })).rejects.toMatchObject({
      code: "config/invalid",
      message: expect.stringContaining("C"),
    });
  });

  test.each([
    [{ as: "raw" }, "usage/invalid-option", "--as"],
    [{ as: "sp500" }, "usage/invalid-option", "--as"],
    [{ policies: ["spike=fill"] }, "config/invalid", "policies.spike"],
    [{ plan: "none.json" }, "config/unreadable", "--plan"],
    [{ plan: "walk.csv" }, "config/unreadable", "--plan"],
    [{ plan: "other.json" }, "config/invalid", "plan"],
    [{ name: "none" }, "data/not-found", "data"],
    [{ trainTo: "1990-01-01" }, "data/too-short", "train"],
  ])("refuses %j", async (wrong, code, path) => {
    const { place } = await stored([{ bars: clean }]);
    writeFileSync(join(place.cwd, "walk.csv"), csvOf(clean));
    writeFileSync(join(place.cwd, "other.json"), `{"schema":"other"}`);
    await expect(cleanData({ ...place, ...request, name: "raw", as: "good", ...wrong })).rejects.toMatchObject({ code, path });
  });
});

describe("resampling", () => {
  test("stores slower bars with their parent, and carries corporate actions over", async () => {
    const actions: CorporateAction[] = [{ kind: "split", timeMs: clean.closeTime[299]!, numerator: 2, denominator: 1 }];
    const { place, store, entry } = await stored([{ bars: spoiled("A"), actions }]);
    const { rows, contentHash, outside, text } = await resampleData({ ...place, name: "raw", to: "1w", as: "weekly" });
    const loaded = await store.load("weekly");
    expect(loaded.bars.close.length).toBe(rows);
    expect(loaded.actions).toEqual(actions);
    expect(loaded.entry).toMatchObject({
      contentHash,
      calendar: null,
      parents: [{ name: "raw", contentHash: entry.contentHash, how: "resampled to 1w" }],
    });
    expect([outside, rows]).toEqual([0, 57]);
    expect(text).toContain("400 bars of raw made 57 of 1w");
    const { bars: expected } = resample(spoiled("A"), "1w", { actions }); // The week of the split is in the new scale.
    expect(loaded.bars).toEqual(expected);
    expect(expected).not.toEqual(resample(spoiled("A"), "1w").bars);
  });

  test("of a file names the file and not its folder", async () => {
    const cwd = folders.fresh();
    const path = join(cwd, "walk.csv");
    writeFileSync(path, csvOf(clean));
    await resampleData({ cwd, home: "home", name: path, to: "1w", as: "weekly" });
    const entry = await openStore(join(cwd, "home", "data")).entry("weekly");
    expect(entry.parents[0]!.name).toBe("walk.csv");
    expect(JSON.stringify(entry)).not.toContain(JSON.stringify(cwd).slice(1, -1));
  });

  test("by a calendar passes over what lies outside its sessions, and too little is told", async () => {
    const { place, store } = await stored([{ bars: clean }]);
    const { outside } = await resampleData({ ...place, name: "raw", to: "1w", as: "weekly", calendar: "nyse" });
    expect(outside).toBeGreaterThan(100); // The walk has weekends.
    expect((await store.entry("weekly")).calendar).toBe("nyse");
    const short = await stored([{ bars: named(walkDataSet(1, 12).bars, "S") }]);
    await expect(resampleData({ ...short.place, name: "raw", to: "1mo", as: "x" })).rejects.toMatchObject({ code: "data/too-short" });
    await expect(resampleData({ ...place, name: "raw", to: "1h", as: "x" })).rejects.toMatchObject({ code: "config/invalid", path: "to" });
    await expect(resampleData({ ...place, name: "raw", to: "1w", as: "ndx" })).rejects.toMatchObject({ code: "usage/invalid-option" });
  });
});

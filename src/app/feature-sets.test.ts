import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Progress, sha256, UserError } from "../base/index.ts";
import { openStore } from "../data/index.ts";
import { type Bar, type Bars, copyBars, sliceBars, toMoney } from "../domain/index.ts";
import { fitFeatureSet, liveFeatures, openFeatureStore } from "../features/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import { riskEngine } from "../risk/index.ts";
import { barsFeed, openJournal, readJournal, runSession, simulatedVenue } from "../trading/index.ts";
import { driftOfFeatures } from "./feature-drift.ts";
import { selectFromSet } from "./feature-selection.ts";
import { checkFeatures, explainFeatures, listFeatureSets, materialiseFeatures, openStoredSet, showFeatureSet } from "./feature-sets.ts";
import { homeAt } from "./home.ts";
import { standingClock, syntheticDataSet, temporaryFolders } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const walk = geometricWalk({ bars: 800, volatility: 0.01, seed: 51 });

/** A place of its own with a stored walk, and an experiment that asks for regimes and an indicator of one's own. */
async function place(bars: Bars = walk) {
  const cwd = folders.fresh();
  const home = homeAt(cwd);
  await openStore(home.data).put("walk", syntheticDataSet(bars));
  const told: Progress[] = [];
  const situation = {
    cwd,
    clock: standingClock(),
    signal: new AbortController().signal,
    progress: (progress: Progress) => void told.push(progress),
  };
  writeFileSync(
    join(cwd, "range.ts"),
    `export const range = { name: "range", params: {}, inputs: ["high", "low"], outputs: [], unit: "price-difference", warmup: () => 0, start: () => (high, low) => high - low };\n`,
  );
  writeFileSync(
    join(cwd, "experiment.json"),
    JSON.stringify({
      data: "walk",
      extensions: ["./range.ts"],
      features: [
        { indicator: "log-return", name: "return" },
        { indicator: "rsi", params: { period: 5 } },
        { indicator: "range" },
        { indicator: "ema" },
      ],
      regimes: [
        { kind: "garch", name: "garch", columns: ["return"] },
        { kind: "hidden-markov", name: "state", columns: ["return"], restarts: 1 },
      ],
      split: { train: 0.5, validation: 0.2 },
    }),
  );
  const materialise = (fields: object = {}) =>
    materialiseFeatures({ name: "mine", experiment: "experiment.json", scale: true, ...fields }, situation);
  return { cwd, home, situation, told, materialise };
}

const failureOf = async (work: Promise<unknown>): Promise<UserError> => {
  const failed = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(UserError);
  return failed as UserError;
};

describe("a feature set of an experiment", () => {
  test("is made, listed, shown and explained down to the licence", async () => {
    const { cwd, materialise, told } = await place();
    const made = await materialise();
    expect(made).toMatchObject({
      reference: "mine@1",
      columns: ["return", "rsi-5", "range", "ema-30", "garch", "state-0", "state-1"],
      scaled: true,
      rows: 800,
      training: { rows: 400 },
      data: { reference: "walk", synthetic: true },
    });
    expect(told.length).toBeGreaterThan(0);
    expect(listFeatureSets({ cwd })).toEqual([made]);
    expect(showFeatureSet({ name: "mine", cwd }).statistics.map(({ name }) => name)).toEqual(made.columns);
    const { lineage } = await explainFeatures({ name: "mine", feature: "state-1", cwd });
    const text = JSON.stringify(lineage);
    for (const part of [
      "regime state-1",
      "hidden Markov chain of 2 states",
      "training rows 0 to 399",
      "feature return",
      "indicator log-return",
      "reads close",
      "licence: not stated",
      "made up, not observed",
    ]) {
      expect(text).toContain(part);
    }
    const all = await explainFeatures({ name: "mine@1", cwd });
    expect(Object.keys(all.lineage)).toEqual(made.columns);
    expect(JSON.stringify(all.lineage["rsi-5"])).toContain("Wilder's smoothing (Wilder, 1978; TA-Lib RSI)");
    expect(JSON.stringify(all.lineage["rsi-5"])).toContain("parameters: period 5");
    expect(JSON.stringify(all.lineage["range"])).toContain("of an extension");
    expect(await failureOf(explainFeatures({ name: "mine", feature: "rsi-6", cwd }))).toMatchObject({
      code: "config/invalid",
      path: "feature",
    });
  });

  test("is not made again where nothing changed, and is another where something did", async () => {
    const { materialise } = await place();
    const references = [];
    for (const fields of [{}, {}, { train: 0.6 }, { scale: false }]) references.push((await materialise(fields)).reference);
    expect(references).toEqual(["mine@1", "mine@1", "mine@2", "mine@3"]);
  });

  test("is refused with forecasts, with a name that is none, and where it is not there", async () => {
    const { cwd, materialise } = await place();
    writeFileSync(join(cwd, "forecasts.json"), JSON.stringify({ data: "walk", forecasts: [{ name: "f" }] }));
    expect(await failureOf(materialise({ experiment: "forecasts.json" }))).toMatchObject({
      code: "config/invalid",
      path: "experiment.forecasts",
    });
    expect(await failureOf(materialise({ name: "../mine" }))).toMatchObject({ code: "usage/invalid-option" });
    expect(await failureOf(explainFeatures({ name: "mine", cwd }))).toMatchObject({ code: "features/not-found" });
  });

  test("does not open when the file of its own indicator has changed", async () => {
    const { cwd, materialise, situation } = await place();
    await materialise();
    writeFileSync(join(cwd, "range.ts"), readFileSync(join(cwd, "range.ts"), "utf8").replace("high - low", "low - high"));
    expect(await failureOf(checkFeatures({ name: "mine" }, situation))).toMatchObject({ code: "extension/changed" });
  });
});

test("a set with dated values and news opens as long as their past stays what it was", async () => {
  const { cwd, situation, materialise } = await place();
  const at = (row: number) => new Date(walk.closeTime[row]! - 3_600_000).toISOString();
  const series = Array.from(walk.closeTime, (_, row) => `${at(row)},${20 + Math.sin(row)}`);
  const texts = ["beats estimates", "misses estimates", "shares surge"];
  const news = Array.from(walk.closeTime, (_, row) => `${at(row)},${walk.instrument.symbol},"${texts[row % 3]!} ${row}"`);
  const write = (lines: readonly string[]) => {
    writeFileSync(join(cwd, "fear.csv"), `time,fear\n${lines.join("\n")}\n`);
    writeFileSync(join(cwd, "posts.csv"), `time,symbol,text\n${news.join("\n")}\n`);
  };
  write(series);
  writeFileSync(
    join(cwd, "known.json"),
    JSON.stringify({
      data: "walk",
      features: [{ indicator: "log-return", name: "return" }],
      series: [{ file: "fear.csv", name: "fear" }],
      news: [{ file: "posts.csv", name: "posts", lagMinutes: 15 }],
      regimes: [{ kind: "clusters", name: "cluster", columns: ["fear", "return"], clusters: 2 }],
    }),
  );
  const made = await materialise({ experiment: "known.json" });
  expect(made.columns.slice(0, 3)).toEqual(["return", "fear", "fear-age"]);
  expect(made.columns.at(-1)).toBe("cluster");
  expect(await checkFeatures({ name: "mine" }, situation)).toMatchObject({ passed: true });
  expect(JSON.stringify((await explainFeatures({ name: "mine", feature: "cluster", cwd })).lineage)).toContain("fear.csv");
  write([...series, `${new Date(walk.closeTime.at(-1)! + 3_600_000).toISOString()},99`]);
  expect(await checkFeatures({ name: "mine" }, situation)).toMatchObject({ passed: true });
  write(series.with(700, `${at(700)},99`));
  expect(await failureOf(checkFeatures({ name: "mine" }, situation))).toMatchObject({ code: "data/changed" });
});

describe("the check", () => {
  test("passes on the bars that it was made of, and on those with more behind them", async () => {
    const { home, materialise, situation } = await place();
    await materialise();
    expect(await checkFeatures({ name: "mine" }, situation)).toMatchObject({ relation: "same", rows: 800, differing: {}, passed: true });
    await openStore(home.data).put("walk", syntheticDataSet(geometricWalk({ bars: 900, volatility: 0.01, seed: 51 })));
    expect(await checkFeatures({ name: "mine" }, situation)).toMatchObject({ relation: "continued", rows: 800, passed: true });
  });

  test("tells other bars, and fails on columns that another formula made", async () => {
    const { home, materialise, situation } = await place();
    await materialise({ experiment: undefined, data: "walk" });
    const touched = copyBars(walk);
    touched.close[3]! *= 1.001;
    touched.high[3]! *= 1.01;
    await openStore(home.data).put("walk", syntheticDataSet(touched));
    expect(await checkFeatures({ name: "mine" }, situation)).toMatchObject({ relation: "other", rows: 0, passed: false });
    await openStore(home.data).put("walk", syntheticDataSet(walk));
    const store = openFeatureStore(home.features);
    const document = store.read("mine");
    const { pipeline } = await openStoredSet("mine", home);
    const matrix = pipeline.batch(walk);
    const { values } = matrix;
    values[700 * matrix.width + 6] = Math.fround(values[700 * matrix.width + 6]! + 1e-6);
    const set = fitFeatureSet({
      data: syntheticDataSet(walk),
      features: document.content.features,
      training: document.content.training.rows,
    });
    set.matrix.values.set(values);
    const content = { ...set.content, values: { ...set.content.values, sha256: sha256(values) } };
    await store.save("mine", { ...set, content }, walk.closeTime, 0);
    expect(await checkFeatures({ name: "mine" }, situation)).toMatchObject({
      reference: "mine@2",
      passed: false,
      differing: { "rsi-14": 1 },
    });
  });
});

test("a recorded session's journal, replayed through the set, gives the stored columns byte for byte, after a restart too", async () => {
  const { cwd, home, materialise } = await place();
  await materialise();
  const [from, to] = [500, 650];
  const journal = openJournal(join(cwd, "journal.ndjson"), { durable: false });
  const { instrument } = walk;
  const initialCash = toMoney(instrument, 100_000);
  await runSession({
    ...simulatedVenue({ feed: barsFeed(walk, from, to), instrument, costs: Costs.parse({}), initialCash }),
    agent: { update: () => undefined, decide: () => 0.5 },
    risk: riskEngine([]),
    journal,
    instrument,
    initialCash,
  });
  journal.close();
  const records = readJournal(readFileSync(join(cwd, "journal.ndjson")), "journal").records;
  const lived = records.flatMap((record): Bar[] => (record.kind === "bar" ? [record.bar] : []));
  expect(lived).toHaveLength(to - from);

  const { document, pipeline } = await openStoredSet("mine", home);
  const { matrix } = await openFeatureStore(home.features).columns(document);
  const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  let live = liveFeatures(pipeline, sliceBars(walk, 0, from));
  lived.forEach((bar, index) => {
    if (index === 77) {
      // The program ended here: it comes back with the stored bars, and with those that its journal holds.
      live = liveFeatures(pipeline, sliceBars(walk, 0, from));
      for (const before of lived.slice(0, index)) live.update(before);
    }
    live.update(bar);
    const row = from + index;
    expect(bytes(live.values).equals(bytes(matrix.values.subarray(row * matrix.width, (row + 1) * matrix.width)))).toBe(true);
  });
});

describe("drift", () => {
  test("of what follows the training is none in a walk, and is found in one of another volatility", async () => {
    const { cwd, home, materialise } = await place(geometricWalk({ bars: 3000, volatility: 0.01, seed: 52 }));
    await materialise();
    const behind = await driftOfFeatures({ name: "mine", cwd });
    expect(behind).toMatchObject({ relation: "same", rows: 1500, drifted: [] });
    await openStore(home.data).put("wild", syntheticDataSet(geometricWalk({ bars: 1000, volatility: 0.03, seed: 53 })));
    const wild = await driftOfFeatures({ name: "mine", data: "wild", cwd });
    expect(wild.relation).toBe("other");
    expect(wild.drifted).toContain("range");
    expect(wild.rows).toBeGreaterThan(900);
  });
});

describe("selection", () => {
  test("is of the training rows, and refuses other bars than the set's", async () => {
    const { home, materialise, situation } = await place();
    await materialise();
    const found = await selectFromSet({ name: "mine", target: "next-return", trials: 39 }, situation);
    expect(found).toMatchObject({
      reference: "mine@1",
      target: "next-return",
      trials: 39,
      names: ["return", "rsi-5", "range", "ema-30", "garch", "state-0", "state-1"],
    });
    expect(found.rows).toBe(400 - 29 - 1);
    expect(found.duplicates).toContainEqual(["state-0", "state-1"]);
    expect(await failureOf(selectFromSet({ name: "mine", target: "next-return", folds: 2 }, situation))).toMatchObject({
      code: "config/invalid",
    });
    await openStore(home.data).put("walk", syntheticDataSet(geometricWalk({ bars: 800, volatility: 0.01, seed: 54 })));
    expect(await failureOf(selectFromSet({ name: "mine", target: "next-return" }, situation))).toMatchObject({ code: "data/corrupt" });
  });
});

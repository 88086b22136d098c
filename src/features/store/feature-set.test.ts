import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashOf, Random, UserError } from "../../base/index.ts";
import { contentHash, writeParquet } from "../../data/index.ts";
import { type Bars, barsFrom, copyBars, readBar, emptyBar, sliceBars } from "../../domain/index.ts";
import {
  type AsOfColumns,
  auditLookahead,
  type DerivedColumn,
  FeatureSetContent,
  fitFeatureSet,
  type FittedFeatureSet,
  lineageOfColumns,
  openFeatureSet,
  openFeatureStore,
  type OriginatedBars,
  relationOf,
} from "../index.ts";
import { walkBars } from "../sample-bars.ts";

const bars = walkBars(new Random(31), 600);
const lineage = { source: "a walk", file: "walk.csv", sha256: "0".repeat(64), licence: "CC0" };
const originated = (bars: Bars): OriginatedBars => ({ bars, contentHash: contentHash(bars), reference: "walk", synthetic: true, lineage });

/** The greatest of the last three numbers of the first column: it has a memory. */
const derived: DerivedColumn = {
  name: "highest",
  hash: hashOf("the highest of three"),
  window: 3,
  start() {
    const last: number[] = [];
    return (row) => {
      last.unshift(row[0]!);
      last.length = Math.min(last.length, 3);
      return last.length === 3 ? Math.max(...last) : NaN;
    };
  },
};

const fit = (bars: Bars, change: Partial<Parameters<typeof fitFeatureSet>[0]> = {}): FittedFeatureSet =>
  fitFeatureSet({
    data: originated(bars),
    features: [{ indicator: "log-return", name: "return" }, { indicator: "rsi" }, { indicator: "bollinger", output: "percentB" }],
    regimes: [
      { kind: "garch", name: "garch", columns: ["return"] },
      { kind: "hidden-markov", name: "state", columns: ["return"], restarts: 1 },
      { kind: "clusters", name: "cluster", columns: ["rsi-14", "return"], clusters: 2 },
    ],
    derived: [derived],
    training: { from: 0, to: 400 },
    ...change,
  });

const set = fit(bars);
const failureOf = (work: () => unknown): UserError => {
  try {
    work();
  } catch (error) {
    return error as UserError;
  }
  throw new Error("nothing was refused");
};

describe("a feature set", () => {
  test("names its columns, its warm-up and what it was fitted on", () => {
    const { content, matrix } = set;
    expect(content.columns).toEqual(["return", "rsi-14", "bollinger-20-2-percentB", "garch", "state-0", "state-1", "cluster", "highest"]);
    expect(content).toMatchObject({
      warmup: 21,
      data: { rows: 600, symbol: "WALK", synthetic: true, lineage },
      derived: [{ name: "highest" }],
    });
    expect(content.training).toEqual({ rows: { from: 0, to: 400 }, range: { from: bars.closeTime[0], to: bars.closeTime[399] } });
    expect(matrix.firstReady).toBe(19); // The derived column needs two rows of its first column, which is there long before.
    expect(content.statistics.map(({ name, missing }) => [name, missing])).toEqual(content.columns.map((name) => [name, 0]));
    expect(FeatureSetContent.parse(JSON.parse(JSON.stringify(content)))).toEqual(content);
  });

  test("is fitted to its training rows and to nothing else", () => {
    const other = copyBars(bars);
    for (const column of [other.open, other.high, other.low, other.close, other.volume]) column.fill(7, 400);
    const { data: _, values, ...fitted } = fit(other).content;
    const { data: _own, values: ownValues, ...own } = set.content;
    expect(fitted).toEqual(own);
    expect(values.sha256).not.toBe(ownValues.sha256);
    expect(fit(bars, { training: { from: 0, to: 399 } }).content.scaler).not.toEqual(own.scaler);
    expect(auditLookahead(set.pipeline, bars, new Random(32), 2)).toEqual([]);
  });

  test("opened from its JSON gives the same numbers, live and in a batch", () => {
    const pipeline = openFeatureSet(FeatureSetContent.parse(JSON.parse(JSON.stringify(set.content))), { derived: [derived] });
    expect(pipeline.hash).toBe(set.pipeline.hash);
    expect(pipeline.batch(bars).values).toEqual(set.matrix.values);
    const stream = pipeline.stream();
    const row = new Float32Array(pipeline.width);
    for (let index = 0; index < 600; index++) {
      stream.update(readBar(bars, index, emptyBar()), row);
      expect(row).toEqual(set.matrix.values.subarray(index * row.length, (index + 1) * row.length));
    }
  });

  test("may leave features in their own units", () => {
    const plain = fit(bars, { scale: false, regimes: [], derived: [] });
    expect(plain.content.scaler).toBeNull();
    expect(openFeatureSet(plain.content).batch(bars).values).toEqual(plain.matrix.values);
  });

  test("does not open without its derived column, with another of the name, or when its features mean something else", () => {
    expect(failureOf(() => openFeatureSet(set.content))).toMatchObject({ code: "model/schema-mismatch", path: "derived" });
    expect(failureOf(() => openFeatureSet(set.content, { derived: [{ ...derived, hash: "other" }] })).message).toContain("not the one");
    const [first, ...rest] = set.content.features;
    const changed = { ...set.content, regimes: [], features: [{ ...first!, params: { period: 2 } }, ...rest] };
    expect(failureOf(() => openFeatureSet(changed, { derived: [derived] }))).toMatchObject({
      code: "model/schema-mismatch",
      path: "pipelineHash",
    });
  });

  test("tells the bars that it was fitted on from the same with more behind them, and from others", () => {
    const longer = walkBars(new Random(31), 700);
    const relation = (bars: Bars) => relationOf(set.content, bars);
    expect([relation(bars), relation(copyBars(bars)), relation(longer), relation(sliceBars(bars, 0, 599))]).toEqual([
      "same",
      "same",
      "continued",
      "other",
    ]);
    const touched = copyBars(longer);
    touched.volume[17]! += 1;
    expect(relation(touched)).toBe("other");
    expect(relation({ ...bars, instrument: { ...bars.instrument, symbol: "OTHER" } })).toBe("other");
  });

  test("refuses columns that a file could not tell apart", () => {
    const features = [{ indicator: "rsi" }, { indicator: "adx", name: "RSI-14" }];
    expect(failureOf(() => fit(bars, { features, regimes: [], derived: [] }))).toMatchObject({ code: "config/invalid" });
    expect(failureOf(() => fit(bars, { features: [{ indicator: "rsi", name: "closetime" }], regimes: [], derived: [] })).message).toContain(
      "closetime",
    );
  });
});

describe("what else was known", () => {
  /** The number of bars so far in which a rumour was heard, of the parity of the day. */
  const asOf = (hash: string): AsOfColumns => ({
    names: ["rumours", "rumours-age"],
    hash: hashOf(hash),
    start() {
      let heard = 0;
      return ({ closeTime }, out) => {
        if ((closeTime / 86_400_000) % 7 === 3) heard++;
        out[0] = Math.sin(heard);
        out[1] = (closeTime / 86_400_000) % 7;
      };
    },
  });
  const known = fit(bars, { asOf: [{ columns: asOf("rumours"), origin: { kind: "series", file: "rumours.csv" } }], derived: [] });

  test("stands behind the features, scaled as they are, and comes back with its columns only", () => {
    const { content, matrix } = known;
    expect(content.columns.slice(0, 6)).toEqual(["return", "rsi-14", "bollinger-20-2-percentB", "rumours", "rumours-age", "garch"]);
    expect(content.scaler!.names).toEqual(content.columns.slice(0, 5));
    expect(openFeatureSet(content, { asOf: [asOf("rumours")] }).batch(bars).values).toEqual(matrix.values);
    expect(failureOf(() => openFeatureSet(content))).toMatchObject({ code: "model/schema-mismatch", path: "asOf" });
    expect(failureOf(() => openFeatureSet(content, { asOf: [asOf("others")] })).message).toContain("rumours");
  });

  test("is told in the lineage", () => {
    const text = JSON.stringify(lineageOfColumns(known.content, "rumours-age"));
    for (const part of [
      "feature rumours-age",
      "known as of each bar's close",
      "file: rumours.csv",
      "mean and deviation of the training rows",
    ]) {
      expect(text).toContain(part);
    }
  });
});

describe("the store", () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "tradewind-features-"))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("gives back what was stored, byte for byte, and stores nothing twice", async () => {
    const store = openFeatureStore(join(folder, "a"));
    expect(store.list()).toEqual([]);
    const saved = await store.save("mine", set, bars.closeTime, 1_700_000_000_000);
    expect(saved).toMatchObject({ name: "mine", version: 1, createdAt: "2023-11-14T22:13:20.000Z", content: set.content });
    expect(store.read("mine")).toEqual(saved);
    const { closeTime, matrix } = await store.columns(saved);
    expect(closeTime).toEqual(bars.closeTime);
    expect(new Uint8Array(matrix.values.buffer)).toEqual(new Uint8Array(set.matrix.values.buffer));
    expect({ ...matrix, values: 0 }).toEqual({ ...set.matrix, values: 0 });
    expect((await store.save("mine", fit(bars), bars.closeTime, 9)).version).toBe(1);
    const second = await store.save("mine", fit(bars, { training: { from: 0, to: 300 } }), bars.closeTime, 9);
    expect([second.version, store.read("mine").version, store.read("mine@1").version]).toEqual([2, 2, 1]);
    expect(second.hash).not.toBe(saved.hash);
    expect((await store.save("another", set, bars.closeTime, 9)).hash).toBe(saved.hash);
    expect(store.list().map(({ name, version }) => `${name}@${version}`)).toEqual(["another@1", "mine@1", "mine@2"]);
  });

  test("keeps signs of zero and numbers of every size", async () => {
    const store = openFeatureStore(join(folder, "zeros"));
    const small = fit(bars, { regimes: [], derived: [], scale: false });
    const { values } = small.matrix;
    values.set([-0, 0, 1e-45, 3.4e38, -1e-45, 1 / 3], 1200);
    const again = { ...small, content: { ...small.content, values: { ...small.content.values, sha256: "0".repeat(64) } } };
    const saved = await store.save("zeros", again, bars.closeTime, 9);
    const failed = await store.columns(saved).catch((error: unknown) => error as UserError);
    expect(failed).toMatchObject({ code: "data/corrupt" });
    const path = join(folder, "zeros", "zeros", "1", "columns.parquet");
    expect(existsSync(path)).toBe(true);
    const { readParquet } = await import("../../data/index.ts");
    const read = await readParquet(path, small.content.columns, 600);
    small.content.columns.forEach((name, place) =>
      read[name]!.forEach((value, row) => expect(Object.is(value, values[row * 3 + place])).toBe(true)),
    );
  });

  test.each<[string, (place: string) => void | Promise<void>]>([
    ["a changed number", (place) => change(place, '"warmup":21', '"warmup":22')],
    ["a torn document", (place) => writeFileSync(join(place, "feature-set.json"), "{")],
    ["an unknown field", (place) => change(place, '"warmup"', '"more":1,"warmup"')],
    ["a newer format", (place) => change(place, "feature-set@1", "feature-set@2")],
    ["columns that are gone", (place) => rmSync(join(place, "columns.parquet"))],
    [
      "torn columns",
      (place) => writeFileSync(join(place, "columns.parquet"), readFileSync(join(place, "columns.parquet")).subarray(0, 900)),
    ],
    [
      "other columns",
      (place) => {
        const columns = Object.fromEntries(["closeTime", ...set.content.columns].map((name) => [name, new Float64Array(600)]));
        return writeParquet(join(place, "columns.parquet"), columns);
      },
    ],
  ])("refuses %s", async (what, damage) => {
    const root = join(folder, what.replaceAll(" ", "-"));
    const store = openFeatureStore(root);
    await store.save("mine", set, bars.closeTime, 9);
    await damage(join(root, "mine", "1"));
    const failed = await Promise.resolve()
      .then(() => store.columns(store.read("mine")))
      .catch((error: unknown) => error as UserError);
    expect(failed).toBeInstanceOf(UserError);
    expect(failed).toMatchObject({ code: "data/corrupt" });
  });

  test("takes what a crash left behind for no version, and no name that leaves its folder", async () => {
    const root = join(folder, "crash");
    const store = openFeatureStore(root);
    mkdirSync(join(root, "mine", "1"), { recursive: true });
    expect(store.list()).toEqual([]);
    expect(failureOf(() => store.read("mine"))).toMatchObject({ code: "features/not-found" });
    expect((await store.save("mine", set, bars.closeTime, 9)).version).toBe(2);
    expect(readdirSync(join(root, "mine", "2")).toSorted()).toEqual(["columns.parquet", "feature-set.json"]);
    for (const name of ["../mine", "a/b", "", "Mine", "mine@1"]) {
      await expect(store.save(name, set, bars.closeTime, 9)).rejects.toMatchObject({ code: "usage/invalid-option" });
    }
    for (const reference of ["../mine", "mine@3", "mine@02", "mine@", "nothing", ".."]) {
      expect(failureOf(() => store.read(reference))).toMatchObject({ code: "features/not-found" });
    }
    expect(failureOf(() => store.read("mine@3")).hint).toContain("mine@2");
  });

  const change = (place: string, from: string, to: string) => {
    const path = join(place, "feature-set.json");
    const text = readFileSync(path, "utf8").replaceAll(/": /g, '":');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };

  test("two programs that store at once get two versions", async () => {
    const root = join(folder, "race");
    const sets = [100, 200, 300, 400].map((to) => fit(bars, { regimes: [], training: { from: 0, to } }));
    const saved = await Promise.all(sets.map((each) => openFeatureStore(root).save("mine", each, bars.closeTime, 9)));
    expect(saved.map(({ version }) => version).toSorted((left, right) => left - right)).toEqual([1, 2, 3, 4]);
    expect(openFeatureStore(root).list()).toHaveLength(4);
  });
});

test("bars of a single price have statistics too", () => {
  const still = barsFrom(
    bars.instrument,
    Array.from({ length: 50 }, (_, row) => ({ closeTime: row, open: 5, high: 5, low: 5, close: 5, volume: 1 })),
  );
  const { content } = fit(still, { features: [{ indicator: "rsi" }], regimes: [], derived: [], training: { from: 0, to: 40 } });
  expect(content.statistics[0]).toMatchObject({ deviation: 0, shares: [1] });
});

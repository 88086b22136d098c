import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hashOf, Random } from "../../base/index.ts";
import { contentHash, readBarsFile } from "../../data/index.ts";
import { type Bars, emptyBar, readBar, sliceBars } from "../../domain/index.ts";
import {
  batchIndicator,
  defaultFeatures,
  type DerivedColumn,
  type FeaturePipeline,
  featurePipeline,
  fitFeatureSet,
  type Indicator,
  openFeatureSet,
  openFeatureStore,
} from "../index.ts";
import { indicators } from "../indicators/index.ts";
import { walkBars } from "../sample-bars.ts";
import { liveFeatures } from "./live-features.ts";

const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** The rows of bars that come one by one; before each of `restarts` the program ends, and begins again from the bars before. */
function livedThrough(pipeline: FeaturePipeline, bars: Bars, restarts: readonly number[]): Float32Array {
  const rows = new Float32Array(bars.close.length * pipeline.width);
  let live = liveFeatures(pipeline);
  for (let row = 0; row < bars.close.length; row++) {
    if (restarts.includes(row)) live = liveFeatures(pipeline, sliceBars(bars, 0, row >> 1), sliceBars(bars, row >> 1, row));
    live.update(readBar(bars, row, emptyBar()));
    rows.set(live.values, row * pipeline.width);
  }
  return rows;
}

/** Every output of every indicator. */
const everything = Object.values<Indicator>(indicators).flatMap(({ name, outputs }) =>
  outputs.length === 0 ? [{ indicator: name }] : outputs.map((output) => ({ indicator: name, output })),
);

test("every indicator goes on after a restart with the very bytes that it would have given without", () => {
  const bars = walkBars(new Random(41), 500);
  const pipeline = featurePipeline(everything);
  const { values } = pipeline.batch(bars);
  const lived = livedThrough(pipeline, bars, [1, 137, 138, 450]);
  expect(bytes(lived).equals(bytes(values))).toBe(true);
});

test("a replay of less than everything would not do: many indicators remember more than their window", () => {
  const bars = walkBars(new Random(42), 900);
  const skipped = 307;
  // In float64, as derived columns may see it; as float32 the difference of most is rounded away sooner or later, which nobody can count on.
  const forgetful = Object.values<Indicator>(indicators).filter((kind) => {
    const width = Math.max(kind.outputs.length, 1);
    const whole = batchIndicator(kind, {}, bars).subarray((skipped + 400) * width);
    const late = batchIndicator(kind, {}, sliceBars(bars, skipped, 900)).subarray(400 * width);
    return whole.every((value, index) => Object.is(value, late[index]));
  });
  const names = forgetful.map(({ name }) => name);
  for (const windowed of ["log-return", "max", "cdl-doji"]) expect(names).toContain(windowed);
  // Recursive, a running total, and sums whose blocks are counted from the first bar.
  for (const remembering of ["ema", "rsi", "obv", "kama", "sma", "rolling-volatility"]) expect(names).not.toContain(remembering);
});

test("a bar that is not later than the last is refused", () => {
  const bars = walkBars(new Random(43), 30);
  const live = liveFeatures(featurePipeline([{ indicator: "log-return" }]), bars);
  expect([live.bars, live.closeTime, live.ready]).toEqual([30, bars.closeTime[29], true]);
  expect(() => live.update(readBar(bars, 29, emptyBar()))).toThrow("after one of");
});

/** A derived column with a memory, as a recurrent forecaster has one. */
const derived: DerivedColumn = {
  name: "memory",
  hash: hashOf("a leaky sum of the first column"),
  window: 1,
  start() {
    let sum = 0;
    return (row) => (Number.isNaN(row[0]) ? NaN : (sum = 0.9 * sum + row[0]!));
  },
};

const folder = "../shared/data";
const recorded: readonly (readonly [string, string])[] = [
  ["minutes of the Bitcoin perpetual", `${folder}/crypto_minute_btcperp/BTC-PERP_1m_202201.csv.gz`],
  ["minutes of the pound", `${folder}/fx_minute_gbpusd/GBPUSD_1m_bid_201202.csv.gz`],
];
const present = recorded.filter(([, path]) => existsSync(path));
for (const [name, path] of recorded.filter((each) => !present.includes(each))) console.warn(`SKIPPED: ${name}, because ${path} is absent`);

describe.skipIf(present.length === 0).each(present)("%s, recorded", (_, path) => {
  test("and replayed bar by bar, with a restart in the middle, give the stored columns byte for byte", { timeout: 60_000 }, async () => {
    const { bars, lineage } = await readBarsFile(path);
    const rows = bars.close.length;
    expect(rows).toBeGreaterThan(20_000);
    const training = { from: 0, to: Math.floor(rows * 0.5) };
    const set = fitFeatureSet({
      data: { bars, lineage, contentHash: contentHash(bars), reference: path, synthetic: false },
      features: [
        ...defaultFeatures,
        { indicator: "obv" },
        { indicator: "supertrend", output: "direction" },
        { indicator: "chart-wedge", output: "state" },
      ],
      regimes: [
        { kind: "garch", name: "garch", columns: ["log-return-1"] },
        { kind: "hidden-markov", name: "state", columns: ["log-return-1"], restarts: 1, maxIterations: 10 },
        { kind: "clusters", name: "cluster", columns: ["rolling-volatility-20", "log-return-20"], restarts: 1 },
      ],
      derived: [derived],
      training,
    });
    const home = await mkdtemp(join(tmpdir(), "tradewind-live-"));
    try {
      const store = openFeatureStore(home);
      await store.save("recorded", set, bars.closeTime, 0);
      const document = store.read("recorded");
      const stored = await store.columns(document);
      const lived = livedThrough(openFeatureSet(document.content, { derived: [derived] }), bars, [Math.floor(rows / 2), rows - 3]);
      expect(bytes(lived).equals(bytes(stored.matrix.values))).toBe(true);
      expect(stored.closeTime).toEqual(bars.closeTime);
    } finally {
      await rm(home, { recursive: true });
    }
  });
});

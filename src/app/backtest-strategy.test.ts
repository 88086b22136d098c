import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import { toMoney } from "../domain/index.ts";
import { combinationsOf, readTrials, type Trial } from "../evaluation/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import { backtestStrategy, type StrategyBacktestRequest } from "./backtest-strategy.ts";
import { loadExtensions } from "./extensions.ts";
import { gridOfWords } from "./param-words.ts";
import { type SweepJob, strategyOf } from "./sweep-job.ts";
import { sweepInThreads } from "./sweep-pool.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "sweep-"))));
afterAll(() => rmSync(folder, { recursive: true }));

describe("parameters as they are typed", () => {
  test("values, ranges, numbers and switches", () => {
    expect(gridOfWords(["fast=5", "10", "20", "slow=50:200:50", "allowShort=true", "name=a:b", "x=0.1:0.3:0.1", "y=3:5"])).toEqual({
      fast: [5, 10, 20],
      slow: [50, 100, 150, 200],
      allowShort: [true],
      name: ["a:b"],
      x: [0.1, 0.2, 0.3],
      y: [3, 4, 5],
    });
    expect(gridOfWords([])).toEqual({});
  });

  test.each([["5"], ["a=5:1"], ["a=1:5:0"], ["a=1:1e9"], ["a=1,a=2"]])("%s is refused", (text) => {
    expect(() => gridOfWords(text.split(","))).toThrow(expect.objectContaining({ code: "usage/invalid-option", path: "param" }) as Error);
  });
});

describe("in threads", () => {
  const bars = geometricWalk({ bars: 400, volatility: 0.01, seed: 3 });
  const job: SweepJob = {
    strategyName: "moving-average-cross",
    extensions: [],
    bars,
    from: 10,
    to: 390,
    costs: Costs.parse({}),
    initialCash: toMoney(bars.instrument, 100_000),
  };

  test("the result does not depend on how many", async () => {
    const { params } = await strategyOf(job);
    const combinations = combinationsOf(params, { fast: [2, 3, 4, 5, 6], slow: [10, 20, 30] });
    const dones: number[] = [];
    const alone = await sweepInThreads(combinations, job, { threads: 1 });
    const three = await sweepInThreads(combinations, job, { threads: 3, onDone: (done) => void dones.push(done) });
    expect(three).toEqual(alone);
    expect(dones.at(-1)).toBe(15);
  });

  test("strategies of one's own work there too; what they throw and a stop come back", async () => {
    const path = join(folder, "own.ts");
    const trading = new URL("../trading/index.ts", import.meta.url).href;
    writeFileSync(
      path,
      `import { strategy } from ${JSON.stringify(trading)};
       export const own = strategy({ name: "own", params: {}, start: () => ({ onBar: ({ bar }) => { if (bar.close < 0.001) return 1; throw new Error("mine"); } }) });`,
    );
    const { files } = await loadExtensions([path]);
    const own = { ...job, strategyName: "own", extensions: files };
    await expect(sweepInThreads([{}, {}], own, { threads: 2 })).rejects.toMatchObject({
      code: "strategy/failed",
      message: /mine.*own\.ts/,
    });
    const stop = new AbortController();
    const combinations = Array.from({ length: 40 }, (_, index) => ({ fast: 2 + index, slow: 60, allowShort: false }));
    const stopped = sweepInThreads(combinations, job, { threads: 2, signal: stop.signal, onDone: () => stop.abort(new Error("enough")) });
    await expect(stopped).rejects.toThrow("enough");
  });
});

describe("use case", () => {
  const request: StrategyBacktestRequest = {
    strategy: "moving-average-cross",
    data: "walk.csv",
    param: ["fast=3", "5", "slow=10:30:10"],
    cash: 100_000,
    top: 2,
    seed: 1,
    extensions: [],
    home: "home",
  };
  const run = (changes: Partial<StrategyBacktestRequest> = {}) =>
    backtestStrategy(
      { ...request, ...changes },
      { cwd: folder, clock: manualClock(Date.UTC(2024, 0, 2)), signal: new AbortController().signal, progress() {} },
    );
  const ledger = (): readonly Trial[] => readTrials(join(folder, "home", "trials.ndjson")).trials;

  beforeAll(() => {
    const walk = geometricWalk({ bars: 300, volatility: 0.01, seed: 9 });
    const rows = Array.from(walk.close, (close, row) => {
      const day = new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
      return [day, walk.open[row], walk.high[row], walk.low[row], close, 1000].join(",");
    });
    writeFileSync(join(folder, "walk.csv"), `date,open,high,low,close,volume\n${rows.join("\n")}\n`);
  });

  test("every combination is in the ledger, once for each time it was looked at and once as a try", async () => {
    const first = await run();
    expect(first.columns.params["fast"]).toEqual([3, 3, 3, 5, 5, 5]);
    expect(first.top).toHaveLength(2);
    expect(first.top[0]).toEqual(first.best);
    expect(first.best.metrics.sharpe).toBe(Math.max(...first.columns.metrics.sharpe.map((value) => value!)));
    expect(first.judgement.trials).toMatchObject({ trials: 6, looks: 6 });
    expect(ledger()).toHaveLength(6);
    expect(ledger()[0]).toMatchObject({
      at: "2024-01-02T00:00:00.000Z",
      name: "moving-average-cross",
      data: first.data.contentHash,
      rows: [0, 300],
      bars: 300,
    });
    const again = await run();
    expect(again.judgement.trials).toMatchObject({ trials: 6, looks: 12 });
    expect({ ...again, judgement: null }).toEqual({ ...first, judgement: null });
    const dearer = await run({ feeBps: 20, param: ["fast=3", "slow=10"] }); // The same parameters at another fee.
    expect(dearer.judgement.trials).toMatchObject({ trials: 7, looks: 13 });
    expect(dearer.judgement.deflatedSharpe).not.toBeNull();
  });

  test("the more was tried, the less the same result is worth", async () => {
    const one = await run({ home: "other", param: ["fast=3", "slow=20"] });
    await run({ home: "other", param: ["fast=2:9", "slow=10:60:10", "allowShort=true"] });
    const after = await run({ home: "other", param: ["fast=3", "slow=20"] });
    expect(after.best).toEqual(one.best);
    expect(after.judgement.trials.trials).toBe(49);
    expect(after.judgement.deflatedSharpe!).toBeLessThan(one.judgement.deflatedSharpe!);
  });

  test("days choose the rows, the ones before are shown only", async () => {
    const part = await run({ home: "days", from: "2020-03-01", to: "2020-06-30", param: [] });
    expect(part.stretch.bars).toBe(122);
    expect(new Date(part.stretch.from - 1).toISOString().slice(0, 10)).toBe("2020-03-01");
    await expect(run({ home: "days", from: "2030-01-01" })).rejects.toMatchObject({ code: "data/too-short", path: "from" });
    await expect(run({ home: "days", to: "2019-01-01" })).rejects.toMatchObject({ code: "data/too-short", path: "to" });
  });

  test("a changed ledger is told before anything is said", async () => {
    const path = join(folder, "home", "trials.ndjson");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(text.indexOf("\n") + 1));
    await expect(run()).rejects.toMatchObject({ code: "journal/damaged" });
    await expect(run({ strategy: "nope" })).rejects.toMatchObject({ code: "usage/invalid-option", path: "strategy" });
  });
});

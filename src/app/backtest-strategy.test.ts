import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import { toMoney } from "../domain/index.ts";
import { combinationsOf, readTrials, Report, reportHash, type Trial } from "../evaluation/index.ts";
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

  test("the best one's report has the schema of any other, and the same content when it is written again", async () => {
    const { report: none } = await run({ home: "reports" });
    expect(none).toBeNull();
    const { report: written, best, judgement, data } = await run({ home: "reports", report: "out" });
    expect(written!.folder).toBe(join(folder, "out"));
    expect(written!.files).toEqual(expect.arrayContaining(["report.json", "report.html", "report.md", "figures/equity.svg"]));
    const read = (file: string) => readFileSync(join(folder, "out", file), "utf8");
    const report = Report.parse(JSON.parse(read("report.json")));
    expect(report.strategies[0]).toEqual({ name: "agent", kind: "agent", metrics: best.metrics });
    expect(report.algorithm).toEqual({ name: "moving-average-cross", params: best.params, totalSteps: 0 });
    expect([report.split.train, report.observation, report.explanation, report.seeds]).toEqual([undefined, undefined, undefined, []]);
    expect(report.verdict).toMatchObject({ headline: judgement.verdict.sentences[0], skill: "indistinguishable" });
    expect(report.verdict.sentences).toEqual(expect.arrayContaining(judgement.verdict.sentences.slice(1)));
    expect(report.significance).toEqual(judgement.difference);
    expect(report.sweep).toMatchObject({ combinations: 6, superiorAbility: judgement.superiorAbility });
    expect(report.trials).toMatchObject({ looks: 6, own: { trials: 6 }, ledger: { trials: 6 }, probabilisticSharpe: null });
    expect(report.trials!.ledger!.deflatedSharpe).toBe(judgement.deflatedSharpe);
    expect(report.reproduction).toMatchObject({
      command:
        "tradewind backtest moving-average-cross --data walk.csv --param fast=3 --param 5 --param slow=10:30:10 --cash 100000 --seed 1",
      hashes: { data: data.contentHash },
    });
    expect(read("report.html")).toContain(judgement.verdict.sentences[0]);
    expect(read("report.md")).toMatch(/^# moving-average-cross on /);
    await run({ home: "reports", report: "again" });
    const again = Report.parse(JSON.parse(readFileSync(join(folder, "again", "report.json"), "utf8")));
    expect(reportHash(again)).toBe(reportHash(report));
  });

  describe("a benchmark", () => {
    const lines = () => readFileSync(join(folder, "walk.csv"), "utf8").trim().split("\n");
    const benchmark = (name: string, rows: readonly string[]) => {
      writeFileSync(join(folder, name), `${rows.join("\n")}\n`);
      return name;
    };

    test("is held over the same closes, and is what relative figures are against", async () => {
      const same = await run({ home: "held", param: [], benchmark: benchmark("same.csv", lines()), report: "held" });
      expect(same.benchmark).toEqual({ name: "same.csv, held", metrics: same.buyAndHold });
      const { figures, strategies } = Report.parse(JSON.parse(readFileSync(join(folder, "held", "report.json"), "utf8")));
      expect(strategies.at(-1)).toMatchObject({ name: "same.csv, held", kind: "baseline" });
      expect(figures!.conventions.benchmark).toBe("same.csv, held");
      expect(figures!.strategies.at(-1)!.values["beta"]).toBeCloseTo(1, 12);
    });

    test.each([
      [
        "is shorter",
        () => lines().slice(0, 200),
        /has no bar that closes at 2020-07-19T00:00:00.000Z: it lacks 101 of 300 closes, .* to 2020-07-18/,
      ],
      ["has a hole", () => lines().filter((_, index) => index !== 100), /closes at 2020-04-10T00:00:00.000Z: it lacks 1 of 300/],
    ])("that %s is refused with the first close that it lacks", async (_, rows, message) => {
      const asked = run({ home: "refused", benchmark: benchmark("short.csv", rows()) });
      await expect(asked).rejects.toMatchObject({ code: "data/mismatch", path: "benchmark", message: expect.stringMatching(message) });
      expect(readTrials(join(folder, "refused", "trials.ndjson")).trials, "and nothing was tried").toEqual([]);
    });

    test("with a price of NaN lacks that bar, and is refused with its close", async () => {
      const rows = lines().map((line, index) => (index === 50 ? line.replace(/^([^,]+),[^,]+/, "$1,NaN") : line));
      const asked = run({ home: "refused", benchmark: benchmark("nan.csv", rows) });
      await expect(asked).rejects.toMatchObject({
        code: "data/mismatch",
        message: expect.stringContaining("closes at 2020-02-20T00:00:00.000Z"),
      });
    });
  });

  test("trading at the close, and leaving at the last one, are other tries, and are said", async () => {
    const one = { home: "close", param: ["fast=3", "slow=10"] };
    const usual = await run(one);
    const closing = await run({ ...one, tradeOn: "close", finalise: true, report: "close" });
    expect([usual.tradeOn, usual.finalised, closing.tradeOn, closing.finalised]).toEqual(["open", false, "close", true]);
    expect(closing.judgement.trials).toMatchObject({ trials: 2, looks: 2 });
    expect(closing.best.metrics.totalReturn).not.toBe(usual.best.metrics.totalReturn);
    const { orders, verdict, experiment, reproduction } = Report.parse(
      JSON.parse(readFileSync(join(folder, "close", "report.json"), "utf8")),
    );
    expect(orders).toEqual({ tradeOn: "close", finalised: true });
    expect(experiment).toMatchObject({ tradeOn: "close", finalise: true });
    expect(verdict.sentences.join(" ")).toContain("Orders trade at the very close that they are decided on");
    expect(reproduction!.command).toMatch(/ --trade-on close --finalise$/);
  });

  test("a changed ledger is told before anything is said", async () => {
    const path = join(folder, "home", "trials.ndjson");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(text.indexOf("\n") + 1));
    await expect(run()).rejects.toMatchObject({ code: "journal/damaged" });
    await expect(run({ strategy: "nope" })).rejects.toMatchObject({ code: "usage/invalid-option", path: "strategy" });
  });
});

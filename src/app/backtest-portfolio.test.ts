import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { readTrials } from "../evaluation/index.ts";
import { geometricWalk } from "../market/index.ts";
import { backtestPortfolio, type PortfolioBacktestRequest } from "./backtest-portfolio.ts";
import { csvOf, temporaryFolders } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const cwd = folders.fresh();
const walks = [1, 2, 3].map((seed) => geometricWalk({ bars: 300, volatility: 0.01, seed }));
const part = (bars: Bars, from: number, to: number) =>
  csvOf(bars)
    .split("\n")
    .filter((_, line) => line === 0 || (line > from && line <= to))
    .join("\n");

beforeAll(() => {
  for (const [place, bars] of walks.entries()) writeFileSync(join(cwd, `walk-${place}.csv`), csvOf(bars));
  writeFileSync(join(cwd, "short.csv"), part(walks[2]!, 0, 200));
  const trading = pathToFileURL(join(import.meta.dirname, "..", "trading", "index.ts")).href;
  writeFileSync(
    join(cwd, "own.ts"),
    `import { portfolioStrategy } from ${JSON.stringify(trading)};
export const own = portfolioStrategy({ name: "own", summary: "half of the first", params: {}, start: () => ({ onMoment: () => [0.5, null] }) });
export const broken = portfolioStrategy({
  name: "broken", summary: "throws", params: {},
  start: () => ({
    onMoment({ fresh }) {
      if (fresh[1]!.close > 0) throw new Error("not today");
    },
  }),
});
`,
  );
});

const request: PortfolioBacktestRequest = {
  strategy: "momentum-rotation",
  data: ["walk-0.csv", "walk-1.csv", "walk-2.csv"],
  param: ["lookback=20", "40", "top=1:2"],
  cash: 100_000,
  minimumChange: 0.005,
  top: 2,
  seed: 1,
  extensions: [],
  home: "home",
};

const run = (others: Partial<PortfolioBacktestRequest> = {}, signal = new AbortController().signal) =>
  backtestPortfolio({ ...request, ...others }, { cwd, clock: manualClock(0), signal, progress: () => {} });

describe("a rule over several files", () => {
  test("every combination is tried, written down and judged beside equal parts", async () => {
    const result = await run();
    expect(result.columns.params).toMatchObject({ lookback: [20, 20, 40, 40], top: [1, 2, 1, 2] });
    expect(result.top).toHaveLength(2);
    expect(result.top[0]).toEqual(result.best);
    expect(result.data.map(({ symbol, bars }) => [symbol, bars])).toEqual([
      ["walk-0", 300],
      ["walk-1", 300],
      ["walk-2", 300],
    ]);
    expect(result.stretch.moments).toBe(300);
    expect(result.data.reduce((sum, { trades }) => sum + trades, 0)).toBe(result.best.metrics.trades);
    expect(result.buyAndHold.trades).toBe(3);
    expect(result.equalWeight.trades).toBeGreaterThan(3);
    expect(result.judgement.verdict.sentences.length).toBeGreaterThan(1);
    expect(result.benchmark).toBeNull();
    const { trials } = readTrials(result.ledger);
    expect(trials.map(({ name, params }) => [name, params])).toMatchObject(
      [20, 20, 40, 40].map((lookback, index) => ["momentum-rotation", { lookback, top: 1 + (index % 2) }]),
    );
    expect(new Set(trials.map(({ data }) => data)).size).toBe(1);
  });

  test("days before the first one asked for are shown and not traded", async () => {
    const [from, to] = ["2000-03-01", "2000-06-30"];
    const { stretch, best } = await run({ param: ["lookback=20", "rebalance=5"], from, to });
    expect([stretch.from, stretch.to].map((time) => new Date(time - 1).toISOString().slice(0, 10))).toEqual([from, to]);
    expect(best.metrics.exposure).toBeGreaterThan(0.5); // It knows its first lookback already.
    await expect(run({ from: "2040-01-01" })).rejects.toMatchObject({ code: "data/too-short" });
  });

  test("a list is one value of its parameter", async () => {
    const { best } = await run({ strategy: "constant-mix", param: ["weights=0.5", "0.3", "0.2"] });
    expect(best.params).toMatchObject({ weights: [0.5, 0.3, 0.2], rebalance: "quarter" });
    await expect(run({ strategy: "constant-mix", param: ["weights=0.5", "0.3"] })).rejects.toMatchObject({ code: "config/invalid" });
  });

  test("beside a benchmark, which must not be shorter", async () => {
    const itself = await run({ data: ["walk-0.csv"], strategy: "buy-and-hold", param: [], benchmark: "walk-0.csv" });
    expect(itself.benchmark).toMatchObject({ name: "walk-0.csv", beta: expect.closeTo(1, 1) as number });
    await expect(run({ benchmark: "short.csv" })).rejects.toMatchObject({
      code: "data/mismatch",
      message: /^the benchmark short has bars from 2000-01-01 to .*, the backtest goes from 2000-01-01 to/,
      hint: /^Both have 2000-01-01 to/,
    });
  });

  test("a holding whose data end is given up, and said", async () => {
    const { givenUp } = await run({ data: ["walk-0.csv", "short.csv"], strategy: "buy-and-hold", param: [] });
    expect(givenUp).toHaveLength(1);
    expect(givenUp[0]).toMatch(/^short has no bars for long after \d{4}-\d\d-\d\d: what was held counts as sold on/);
  });
});

describe("strategies of one's own", () => {
  const own = { extensions: ["own.ts"], data: ["walk-0.csv", "walk-1.csv"], param: [] };

  test("trade like the others", async () => {
    const { data } = await run({ ...own, strategy: "own" });
    expect(data.map(({ meanWeight }) => Math.round(10 * meanWeight) / 10)).toEqual([0.5, 0]);
  });

  test("and are told of with the bar and their own line when they throw", async () => {
    await expect(run({ ...own, strategy: "broken" })).rejects.toMatchObject({
      code: "strategy/failed",
      message: /^broken, at the bar that closed 2000-01-02T00:00:00.000Z: not today \(own\.ts:7\)$/,
    });
  });
});

test.each<[string, Partial<PortfolioBacktestRequest>, string]>([
  ["an unknown strategy", { strategy: "momentum" }, "usage/invalid-option"],
  ["a strategy of one instrument", { strategy: "macd" }, "usage/invalid-option"],
  ["an unknown parameter", { param: ["lokback=3"] }, "config/invalid"],
  ["the same data twice", { data: ["walk-0.csv", "walk-0.csv"] }, "data/mismatch"],
  ["data that are not there", { data: ["nowhere.csv"] }, "data/unreadable"],
])("%s is refused", async (_, others, code) => {
  await expect(run(others)).rejects.toMatchObject({ code });
});

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseParams, Random } from "../base/index.ts";
import { loadSource, readBarsFile, sources } from "../data/index.ts";
import { type Bars, barsFrom } from "../domain/index.ts";
import { Costs } from "../market/index.ts";
import { portfolioStrategies, type PortfolioStrategy, portfolioStrategy } from "../trading/index.ts";
import { quoted, randomMarket, stock } from "../trading/portfolio/testing/quotes.ts";
import { allocationStrategies } from "./allocation-strategies.ts";
import { backtestAllocation, backtestWeights, calendarOf } from "./allocation-backtest.ts";
import type { Allocation } from "./allocation-definition.ts";
import { allocations } from "./allocations/index.ts";
import { backtestPortfolio, benchmarkReturns } from "./portfolio-backtest.ts";
import type { WeightTrack } from "./weight-walk.ts";

/** A rule that wants what is written down, row by row. */
function scripted(weights: Float64Array, bars: readonly Bars[]) {
  let row = -1;
  const count = bars.length;
  const start = () => ({
    onMoment: () => {
      row++;
      return Array.from(weights.subarray(row * count, (row + 1) * count), (weight) => (Number.isNaN(weight) ? null : weight));
    },
  });
  return portfolioStrategy({ name: "scripted", summary: "", params: {}, start }).portfolioAgent(
    {},
    bars.map(({ instrument }) => instrument),
  );
}

const columns = ({ symbols, time, equity, returns, weights, turnover, fees, initialCash }: WeightTrack): WeightTrack => ({
  ...{ symbols, time, equity, returns, weights, turnover, fees, initialCash },
});

const randomCosts = (random: Random): Costs =>
  Costs.parse({
    feeBps: random.below(30),
    feeFixed: random.below(3),
    feeMinimum: random.below(4),
    feePerUnit: random.below(2) / 100,
    slippageBps: random.below(20),
    slippageTicks: random.below(3),
    borrowBpsPerYear: random.below(2000),
  });

/** Weights at random: some are left, some rows add up to 1, some ask for more than there is. */
function randomWeights(random: Random, rows: number, count: number, isShort: boolean): Float64Array {
  const [keep, most] = [random.uniform(), isShort ? 0.8 : random.uniform() < 0.2 ? 2 : 1];
  const weights = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const raw = Array.from({ length: count }, () => (random.uniform() < 0.2 ? 0 : isShort ? 2 * random.uniform() - 1 : random.uniform()));
    const sum = raw.reduce((total, value) => total + Math.abs(value), 0);
    const isKept = random.uniform() < keep;
    for (const [asset, value] of raw.entries()) {
      const weight = sum > 0 ? (most * value) / sum : 0;
      weights[row * count + asset] = isKept || random.uniform() < 0.1 ? NaN : Math.max(-1, Math.min(1, weight));
    }
  }
  return weights;
}

async function same(bars: readonly Bars[], weights: Float64Array, random: Random, costsOf = randomCosts): Promise<void> {
  const assets = bars.map((each) => ({ bars: each, costs: costsOf(random) }));
  const market = {
    costs: assets[0]!.costs,
    initialCash: 1000 + random.below(1_000_000),
    minimumChange: random.uniform() < 0.5 ? 0 : 0.05,
    missing: { giveUpAfter: random.uniform() < 0.5 ? null : 1 + random.below(5), haircut: 0.3 },
  };
  const fast = backtestWeights({ ...market, assets, weights });
  const events = await backtestPortfolio({
    ...market,
    bars,
    costs: assets.map(({ costs }) => costs),
    agent: scripted(weights, bars),
    unfilled: "void",
  });
  expect(columns(events)).toEqual(fast);
}

describe("weights known beforehand do what a rule does that wants just them, to the last unit", () => {
  test("over a thousand random matrices, markets with late starts, early ends and holes, grains and costs", async () => {
    let [rounds, wanted] = [0, 0];
    for (let seed = 0; rounds < 1000; seed++) {
      const random = new Random(seed);
      const count = 1 + random.below(4);
      const bars = randomMarket(random, { days: 8 + random.below(20), count, holes: random.uniform() < 0.5 ? 0 : 0.25 });
      const rows = calendarOf(bars.map((each) => ({ bars: each }))).length;
      if (rows < 2) continue;
      const weights = randomWeights(random, rows, count, false);
      await same(bars, weights, random);
      rounds++;
      wanted += weights.filter((weight) => weight > 0).length;
    }
    expect(wanted).toBeGreaterThan(10_000);
  });

  test("with short positions too, where all are quoted in one grain", async () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed, 1);
      const count = 1 + random.below(3);
      const bars = randomMarket(random, { days: 20, count }).map((each, place) => ({ ...each, instrument: stock(`S${place}`) }));
      await same(bars, randomWeights(random, 20, count, true), random);
    }
  });

  test.each(Object.entries<Allocation>(allocations))("and so is %s", async (name, kind) => {
    const random = new Random(8);
    const bars = randomMarket(random, { days: 90, count: 4, holes: 0.05 });
    const params = parseParams(
      kind.params,
      { ...("lookback" in kind.params && { lookback: 20 }), ...("viewBars" in kind.params && { viewBars: 20 }) },
      name,
    );
    const market = { costs: Costs.parse({}), initialCash: 1_000_000 };
    const fast = backtestAllocation({
      ...market,
      assets: bars.map((each) => ({ bars: each })),
      weigh: kind.start(params),
      needed: kind.needed(params),
      rebalanceEvery: 5,
    });
    const agent = allocationStrategies[name]!.portfolioAgent(
      { ...params, rebalance: 5 } as never,
      bars.map(({ instrument }) => instrument),
    );
    const events = await backtestPortfolio({ ...market, bars, agent, unfilled: "void", fromMs: fast.time[0]! });
    expect(columns(events)).toEqual(fast);
    expect(events.fills.length).toBeGreaterThan(4);
  });
});

test("weights that do not fit are refused", () => {
  const assets = [{ bars: quoted(stock("A"), [1, 2, 3]) }];
  const run = (...weights: number[]) => backtestWeights({ assets, weights, costs: Costs.parse({}), initialCash: 1000 });
  expect(() => run(1, 1)).toThrow(/2 weights for 3 rows of 1 assets/);
  expect(() => run(0, Infinity, 0)).toThrow(/a weight of Infinity in row 1/);
});

test("figures by hand: two instruments of different grain", async () => {
  const coarse = quoted(stock("A", { lotSize: 10 }), [10, 10, 11, 11, 11]);
  const fine = quoted(stock("B"), [10, 10, 9, 9, 9]);
  const weights = Float64Array.of(0.5, 0.25, NaN, NaN, 0, 0, NaN, NaN, NaN, NaN);
  const costs = Costs.parse({ feeBps: 0, feeFixed: 1, slippageBps: 0 });
  const result = await backtestPortfolio({ bars: [coarse, fine], agent: scripted(weights, [coarse, fine]), costs, initialCash: 1000 });
  // 5 lots of ten at 10.00, 25 of one; 1.00 a trade: +50.00 − 25.00 − 4.00.
  expect(result.equity.map((money) => money / 100)).toEqual(Float64Array.of(1000, 998, 1023, 1021, 1021));
  expect(result.metrics).toMatchObject({ trades: 4, feesPaid: 4, winRate: 0.5, exposure: 0.4 });
  expect(result.trips.map(({ profit }) => profit / 100)).toEqual([48, -27]);
  expect(result.metrics.totalReturn).toBeCloseTo(0.021, 12);
  expect(result.turnover[1]).toBeCloseTo(0.75, 12);
  expect(result).toMatchObject({ currency: "USD", findings: [] });
});

test("a stretch with fewer than two closes, and a signal that has fired", async () => {
  const bars = [quoted(stock("A"), Array<number>(4100).fill(10))];
  const request = { bars, costs: Costs.parse({}), initialCash: 1000, agent: scripted(new Float64Array(4100), bars) };
  await expect(backtestPortfolio({ ...request, toMs: 2 * 86_400_000 })).rejects.toMatchObject({ code: "data/too-short" });
  await expect(backtestPortfolio({ ...request, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
});

const shifted = (bars: Bars, byMs: number): Bars => ({ ...bars, closeTime: bars.closeTime.map((time) => time + byMs) });

describe("a benchmark", () => {
  const time = Float64Array.of(2, 3, 5, 6).map((day) => day * 86_400_000);

  test("is bought and held, and stands still where it has no bar", () => {
    const bars = quoted(stock("M"), [10, 20, null, 30, 40, 50, 60]);
    expect([...benchmarkReturns(bars, time)]).toEqual([0, 0, 1, 0.25]);
  });

  test.each([
    [
      "begins later",
      quoted(stock("M"), [null, null, 1, 1, 1, 1]),
      /^the benchmark M has bars from 1970-01-03 to 1970-01-06, the backtest goes from 1970-01-02 to 1970-01-06$/,
      /Both have 1970-01-03 to 1970-01-06/,
    ],
    ["ends earlier", quoted(stock("M"), [1, 1, 1]), /to 1970-01-03, the backtest/, /Both have 1970-01-02 to 1970-01-03/],
    [
      "lies elsewhere",
      barsFrom(
        stock("M"),
        [7, 8].map((day) => ({ closeTime: day * 86_400_000, open: 1, high: 1, low: 1, close: 1, volume: 1 })),
      ),
      /from 1970-01-07/,
      /no day in common/,
    ],
    [
      "closes at another hour",
      shifted(quoted(stock("M"), [1, 1, 1, 1, 1, 1, 1, 1]), -7_200_000),
      /^M and what is traded close at the same time on 0 of 4 closes/,
      /same calendar/,
    ],
  ])("that %s is refused with what they share", (_, bars, message, hint) => {
    expect(() => benchmarkReturns(bars, time)).toThrow(
      expect.objectContaining({
        code: "data/mismatch",
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(hint) as string,
      }) as Error,
    );
  });
});

test("allocations are strategies under their names, and refuse what they do not know", () => {
  for (const [name, kind] of Object.entries<PortfolioStrategy>(allocationStrategies)) {
    expect(kind.name).toBe(name);
    expect(kind.summary).not.toBe("");
    expect(() => parseParams(kind.params, { lokback: 3 })).toThrow(expect.objectContaining({ code: "config/invalid" }));
  }
});

describe("rules over two indices of different length do what a plain calculation with fractions of a share does, in pandas", () => {
  // Figures by pandas and numpy: total return and deepest drawdown from 2001 to June 2012 without costs.
  test.each([
    ["momentum-rotation", { lookback: 60, skip: 5 }, 0.5912221622, -0.3017200439, 75],
    ["constant-mix", {}, 0.186056394, -0.5502099576, 100],
    ["pairs", {}, -0.0105762452, -0.1041129331, 276],
  ] as const)("%s", async (name, params, totalReturn, maxDrawdown, trades) => {
    const bars = [(await loadSource(sources.sp500)).bars, (await loadSource(sources.ndx)).bars];
    const kind = portfolioStrategies[name] as unknown as PortfolioStrategy;
    const { metrics } = await backtestPortfolio({
      bars,
      agent: kind.portfolioAgent(
        parseParams(kind.params, params),
        bars.map(({ instrument }) => instrument),
      ),
      costs: Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 }),
      initialCash: 1e8,
      fromMs: Date.UTC(2001, 0, 2),
      toMs: Date.UTC(2012, 5, 30) + 1,
    });
    expect(metrics.totalReturn).toBeCloseTo(totalReturn, 6);
    expect(metrics.maxDrawdown).toBeCloseTo(maxDrawdown, 6);
    expect(metrics.trades).toBe(trades);
  });
});

const folder = fileURLToPath(new URL("../../../shared/data/crypto_5m_alts_freqtrade/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real portfolio is traded here.");

test.skipIf(!isThere)("five coins whose bars have real holes: matrix and events agree, and a rotation's books do", async () => {
  const bars: Bars[] = [];
  for (const coin of ["ADA", "DASH", "ETC", "ETH", "LTC"]) {
    const { bars: own } = await readBarsFile(`${folder}${coin}_BTC-5m.csv.gz`);
    bars.push({ ...own, instrument: { ...own.instrument, currency: "BTC" } });
  }
  const random = new Random(5);
  const rows = calendarOf(bars.map((each) => ({ bars: each }))).length;
  expect(rows).toBeGreaterThan(Math.min(...bars.map(({ close }) => close.length)));
  await same(bars, randomWeights(random, rows, 5, false), random, () => Costs.parse({ feeBps: 10, slippageBps: 5 }));
  const agent = portfolioStrategies["momentum-rotation"].portfolioAgent(
    { lookback: 288, skip: 0, top: 2, absolute: true, rebalance: 12 },
    bars.map(({ instrument }) => instrument),
  );
  const { fills, findings, equity } = await backtestPortfolio({ bars, agent, costs: Costs.parse({ feeBps: 10 }), initialCash: 100 });
  expect(fills.length).toBeGreaterThan(100);
  expect(findings).toEqual([]);
  expect(equity.every((money) => money > 0)).toBe(true);
});

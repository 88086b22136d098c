import { describe, expect, test } from "vitest";
import { Costs } from "../../../market/index.ts";
import { hashOf } from "../../../base/index.ts";
import { barsOfCloses, judged } from "../testing/judged.ts";
import { attributionSection } from "./attribution.ts";
import { bandsSection, equityPath } from "./bands.ts";
import { costsSection } from "./costs.ts";
import { figuresSection } from "./figures.ts";
import { historyOf } from "./history.ts";
import { reproductionSection } from "./reproduction.ts";
import { returnsSection } from "./returns.ts";
import { rollingSection } from "./rolling.ts";
import { timingSection } from "./timing.ts";

const dayMs = 24 * 3600 * 1000;
const dayOf = (index: number) => Date.UTC(2024, 0, 1) + (index + 1) * dayMs;

/** Held from the open of the second bar: 10,000 goes with 100, 110, 99, 99, 110, 121. */
const closes = [100, 110, 99, 99, 110, 121];

describe("by hand", () => {
  test("history, months and drawdowns", async () => {
    const { agent, baselines } = await judged(barsOfCloses(closes), [1]);
    const { buyAndHold } = baselines;
    const history = historyOf(agent, buyAndHold);
    expect(history).toMatchObject({ period: "bar", time: closes.map((_, row) => dayOf(row)) });
    [0, 0.1, -0.1, 0, 1 / 9, 0.1].forEach((value, row) => expect(history.agent[row]).toBeCloseTo(value, 12));
    expect(history.buyAndHold).toEqual(history.agent);

    const { months, years, drawdowns, extremes, distribution } = returnsSection(agent, buyAndHold);
    expect(months).toEqual([{ year: 2024, month: 1, bars: 6, agent: expect.closeTo(0.21, 12), buyAndHold: expect.closeTo(0.21, 12) }]);
    expect(years).toEqual([{ year: 2024, bars: 6, agent: expect.closeTo(0.21, 12), buyAndHold: expect.closeTo(0.21, 12) }]);
    expect(drawdowns.agent).toEqual([{ from: dayOf(1), trough: dayOf(2), recovered: dayOf(4), depth: expect.closeTo(-0.1, 12), bars: 2 }]);
    expect(new Set(extremes.agent.best.map(({ time }) => time))).toEqual(new Set([dayOf(1), dayOf(4), dayOf(5)]));
    expect(extremes.agent.best[0]).toEqual({ time: dayOf(4), simpleReturn: expect.closeTo(1 / 9, 12) });
    expect(extremes.agent.worst).toEqual([{ time: dayOf(2), simpleReturn: expect.closeTo(-0.1, 12) }]);
    expect(distribution.moments.agent.mean).toBeCloseTo((0.1 - 0.1 + 1 / 9 + 0.1) / 6, 12);
    expect(distribution.bins).toHaveLength(41);
    expect(distribution.bins[20]).toMatchObject({ agent: 2, buyAndHold: 2 });
    expect(distribution.bins.reduce((sum, bin) => sum + bin.agent, 0)).toBe(6);
  });

  test("a month begins after midnight of its first day, and a drawdown may never end", async () => {
    const falling = Array.from({ length: 33 }, (_, row) => 100 - row);
    const { agent, baselines } = await judged(barsOfCloses(falling), [1]);
    const { months, drawdowns } = returnsSection(agent, baselines.buyAndHold);
    expect(months.map(({ month, bars }) => [month, bars])).toEqual([
      [1, 31],
      [2, 2],
    ]); // The bar that closes at midnight of 1 February is of January.
    expect(drawdowns.agent).toMatchObject([{ from: dayOf(0), trough: dayOf(32), recovered: null, bars: 32 }]);
  });

  test("a stretch may begin with a bar that closes at midnight", async () => {
    const bars = barsOfCloses(Array.from({ length: 33 }, (_, row) => 100 + row));
    const { agent, baselines } = await judged(bars, [1], { from: 30 });
    const { months } = returnsSection(agent, baselines.buyAndHold);
    expect(months.map(({ month, bars: count }) => [month, count])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test("figures say what the report's table says, in quote currency", async () => {
    const { agent, baselines } = await judged(barsOfCloses(closes), [1, 0, 1, null, 0]);
    const { strategies, conventions } = figuresSection([
      ["agent", agent],
      ["buy-and-hold", baselines.buyAndHold],
    ]);
    const [own, held] = strategies.map(({ values }) => values);
    expect(own!["total-return"]).toBeCloseTo(agent.metrics.totalReturn!, 12);
    expect(own!["sharpe"]).toBeCloseTo(agent.metrics.sharpe!, 12);
    expect(own!["trips"]).toBe(2);
    // From 100 to 110, bought at the open after; then from 99 to 110.
    expect(own!["expectancy"]).toBeCloseTo((agent.metrics.totalReturn! * 10_000) / 2, 6);
    expect(held!["beta"]).toBeCloseTo(1, 12);
    expect(conventions).toMatchObject({ riskFree: 0, ddof: 1, benchmark: "buy-and-hold" });
  });

  test("costs: one buy with fee and slippage", async () => {
    const bars = barsOfCloses(closes, { volume: 50_000 });
    const { agent } = await judged(bars, [0.5], { costs: Costs.parse({ feeBps: 10, slippageBps: 10, borrowBpsPerYear: 0 }) });
    const { amounts, shares, shortfall, tradedValue, capacity } = costsSection(agent, bars.volume);
    const [fill] = agent.fills;
    expect(agent.fills).toHaveLength(1);
    expect(fill!.priceTicks).toBe(10_010); // 100 and ten basis points.
    expect(amounts.slippage).toBeCloseTo(fill!.quantity * 0.01 * 0.1, 9);
    expect(amounts.fees).toBeCloseTo(tradedValue * 0.001, 2);
    expect(amounts.price).toBeCloseTo(fill!.quantity * 0.01 * 21, 9);
    expect(amounts.profit).toBeCloseTo(agent.metrics.totalReturn! * 10_000, 6);
    expect(shares.profit).toBeCloseTo(agent.metrics.totalReturn!, 12);
    expect(shortfall).toMatchObject({ delay: 0, execution: amounts.slippage, fees: amounts.fees });
    const participation = (fill!.quantity * 0.01) / 50_000;
    expect(capacity).toMatchObject({
      mostParticipation: expect.closeTo(participation, 12),
      equity: expect.closeTo((10_000 * 0.1) / participation, 2),
      reason: null,
    });
    expect(costsSection(agent, new Float64Array(6)).capacity).toMatchObject({
      equity: null,
      reason: expect.stringContaining("how much was traded"),
    });
  });

  test("attribution: sides, decisions, trips and the market", async () => {
    const bars = barsOfCloses(closes);
    const { agent, baselines } = await judged(bars, [1, -1, null, 0]);
    const { sides, years, decisions, trips, regimes, market } = attributionSection(agent, bars, 0, historyOf(agent, baselines.buyAndHold));
    // Long 100 lots of 100 from 100 to 110; short 11,000 / 110 = 100 from 110 to 99; flat at 99.
    expect(sides.map(({ label, profit }) => [label, Math.round(profit)])).toEqual([
      ["long", 1000],
      ["short", 1100],
      ["flat", 0],
    ]);
    expect(years).toMatchObject([{ label: "2024", bars: 6, profit: expect.closeTo(2100, 6) }]);
    expect(regimes.groups).toMatchObject([{ label: "not known yet", bars: 6 }]);
    expect(decisions.count).toBe(3);
    expect(decisions.best[0]).toMatchObject({
      decidedAt: dayOf(1),
      filledAt: dayOf(2),
      before: 100,
      after: -100,
      bars: 2,
      profit: expect.closeTo(1100, 6),
      advantage: expect.closeTo(2200, 6),
    });
    expect(decisions.worst).toEqual([]);
    expect(trips).toMatchObject({ count: 2, winners: 2, kept: { mean: 1 }, favourable: { median: expect.closeTo(0.1, 6) } });
    expect(trips.points.map(({ side, closedAt }) => [side, closedAt])).toEqual([
      ["long", dayOf(2)],
      ["short", dayOf(4)],
    ]);
    expect(market!.periods).toBe(6);
    const hold = attributionSection(baselines.buyAndHold, bars, 0, historyOf(baselines.buyAndHold, baselines.buyAndHold));
    expect(hold.market!.beta.value).toBeCloseTo(1, 9);
    expect(hold.market!.alpha.value).toBeCloseTo(0, 9);
  });

  test("timing: in the market while it rises, from open to open", async () => {
    const { agent } = await judged(barsOfCloses(closes), [1, 0, null, 1]);
    const timing = timingSection(agent, 1)!;
    // Held in the second bar (100 to 110), out in the next two, held again over the last two (99 to 110, 110 to 121).
    expect(timing.mean).toBeCloseTo((0.1 + 1 / 9 + 0.1) / 6, 3);
    expect(timing.expected).toBeLessThan(timing.mean);
    expect(timing.pValue).toBeGreaterThan(0);
  });

  test("timing: what opens higher than it closed is earned by who held it overnight", async () => {
    const bars = barsOfCloses([100, 100, 100, 100]);
    bars.open.set([100, 100, 110, 100]); // 110 at the third open alone.
    bars.high.set([100, 100, 110, 100]);
    const { agent } = await judged(bars, [1, 0]); // Bought at the second open, sold at the third.
    expect(timingSection(agent, 1)!.mean).toBeCloseTo(0.1 / 4, 9);
  });

  test("at the close: what is decided there is earned from there on, and slippage is all that is lost on the way", async () => {
    const bars = barsOfCloses([100, 110, 121, 121]);
    bars.open.fill(90);
    bars.low.fill(90);
    const costs = Costs.parse({ feeBps: 0, slippageBps: 10, borrowBpsPerYear: 0 });
    const { agent, baselines } = await judged(bars, [0.5], { costs, tradeOn: "close", finalise: true });
    const [bought, sold] = agent.fills;
    expect([agent.fills.length, bought!.priceTicks, sold!.priceTicks]).toEqual([2, 10_010, 12_087]);
    const quantity = bought!.quantity * 0.01;
    const { amounts } = costsSection(agent, bars.volume);
    expect(amounts.slippage).toBeCloseTo(quantity * (0.1 + 0.13), 6);
    expect(amounts.price).toBeCloseTo(quantity * 21, 6);
    expect(attributionSection(agent, bars, 0, historyOf(agent, baselines.buyAndHold)).sides[0]!.price).toBeCloseTo(quantity * 21, 6);
    expect(timingSection(agent, 1)!.mean).toBeCloseTo((0.5 * 0.1 + agent.track.exposure[1]! * 0.1) / 4, 3);
  });

  test("an open end: what is left at the last close is told by that close", async () => {
    const bars = barsOfCloses([100, 110, 121, 125]);
    bars.open.set([100, 100, 110, 110]);
    bars.low.set([100, 100, 110, 110]);
    const costs = Costs.parse({ feeBps: 0, slippageBps: 10, borrowBpsPerYear: 0 });
    const { agent } = await judged(bars, [0.5], { costs, finalise: true });
    const quantity = agent.fills[0]!.quantity * 0.01;
    expect(agent.fills.map(({ priceTicks }) => priceTicks)).toEqual([10_010, 12_487]);
    expect(costsSection(agent, bars.volume).amounts).toMatchObject({
      price: expect.closeTo(quantity * 25, 6),
      slippage: expect.closeTo(quantity * 0.23, 6),
    });
  });

  test("bands: lowest, median and highest of seeds", async () => {
    const bars = barsOfCloses(closes);
    const paths = [];
    for (const exposure of [0, 0.5, 1]) paths.push(equityPath((await judged(bars, [exposure])).agent));
    const { agent, baselines } = await judged(bars, [1]);
    const { seeds, random, time } = bandsSection(agent.track, paths, baselines.randomPaths);
    expect(time).toEqual([...bars.closeTime]);
    expect(seeds).toEqual({
      count: 3,
      low: [10_000, 10_000, 9900, 9900, 10_000, 10_000],
      median: paths[1],
      high: [10_000, 11_000, 10_000, 10_000, 11_000, 12_100],
    });
    expect(random!.count).toBe(4);
    expect(bandsSection(agent.track, paths.slice(0, 1), [])).toEqual({ time });
  });

  test("reproduction: a hash of every part", () => {
    const report = { experimentHash: "e", data: { contentHash: "d" }, seeds: [{ seed: 3, weightsSha256: "w" }] };
    const origin = { command: "tradewind demo", versions: { tradewind: "1", node: "v24" }, extensions: [] };
    const box = reproductionSection(origin, 5, report as never, { costs: { fees: 1 }, name: "x", trades: [] });
    expect(box.hashes).toEqual({
      experiment: "e",
      data: "d",
      weights: [{ seed: 3, sha256: "w" }],
      sections: { costs: hashOf({ fees: 1 }), trades: hashOf([]) },
    });
    expect(box.seeds).toEqual({ training: [3], judging: 5 });
  });
});

describe("rolling", () => {
  test("takes half a year where there is room, and equals the plain figures of each window", async () => {
    const wave = Array.from({ length: 800 }, (_, row) => 100 + 10 * Math.sin(row / 9) + (row % 7));
    const { agent, baselines } = await judged(barsOfCloses(wave), [1, 0.5, null, -0.5, 1]);
    const rolling = rollingSection(agent, baselines.buyAndHold);
    expect([rolling.window, rolling.everyBars, rolling.time.length]).toEqual([183, 1, 800 - 183 + 1]);
    expect(rolling.time[0]).toBe(dayOf(182));
    const part = agent.returns.slice(617, 800);
    const mean = part.reduce((sum, value) => sum + value / 183, 0);
    const deviation = Math.sqrt(part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 182);
    expect(rolling.sharpe.agent.at(-1)).toBeCloseTo((mean / deviation) * Math.sqrt(agent.barsPerYear), 9);
    expect(rolling.volatility.agent.at(-1)).toBeCloseTo(deviation * Math.sqrt(agent.barsPerYear), 9);
    const short = rollingSection(...(await judgedPair(closes)));
    expect([short.window, short.time.length]).toEqual([2, 5]);
  });
});

const judgedPair = async (prices: readonly number[]) => {
  const { agent, baselines } = await judged(barsOfCloses(prices), [1]);
  return [agent, baselines.buyAndHold] as const;
};

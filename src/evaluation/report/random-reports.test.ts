import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashOf } from "../../base/index.ts";
import { Costs } from "../../market/index.ts";
import { buildReport } from "./build-report.ts";
import { Report } from "./document.ts";
import { barsOfCloses, judged } from "./testing/judged.ts";

/** A report of a rule that wants these exposures over rows [from, …) of bars with these closes. */
async function reportOf(
  closes: readonly number[],
  exposures: readonly (number | null)[],
  { from = 0, intervalMs = 86_400_000, volume = 100, feeBps = 1 } = {},
) {
  const bars = barsOfCloses(closes, { intervalMs, volume });
  const costs = Costs.parse({ feeBps });
  const { agent, baselines } = await judged(bars, exposures, { costs, from });
  return buildReport({
    clock: { createdAt: "2024-01-01T00:00:00.000Z", durationMs: 1 },
    name: "a rule",
    experiment: { exposures },
    data: { bars, synthetic: true, lineage: { source: "generator", file: "-", sha256: hashOf(closes) }, contentHash: hashOf(closes) },
    split: { test: { from, to: closes.length } },
    costs,
    algorithm: { name: "scripted", params: {}, totalSteps: 0 },
    agent,
    baselines,
    seeds: [],
    walkForward: [],
    trainingCurves: [],
    origin: { command: "-", versions: { tradewind: "0", node: "0" }, extensions: [] },
    bootstrapSeed: 1,
    resamples: 20,
  });
}

/** What JSON keeps, and all that is not a number told as `null`. */
function expectWhole(report: Report): void {
  const text = JSON.stringify(report);
  expect(Report.parse(JSON.parse(text))).toEqual(report);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The sections tell one story, each by its own way of counting. */
function expectConsistent({
  split,
  strategies,
  costs,
  attribution,
  returns,
  history,
  rolling,
  risk,
  trades,
  tradesLeftOut = 0,
}: Report): void {
  const { metrics } = strategies[0]!;
  const profit = costs!.initialEquity * metrics.totalReturn!;
  const { price, profit: kept, ...paid } = costs!.amounts;
  expect(kept).toBeCloseTo(price - sum(Object.values(paid)), 6);
  if (metrics.totalReturn! > -1) expect(kept).toBeCloseTo(profit, 4); // Ruin ends at −1, debts do not.
  for (const groups of [attribution!.years, attribution!.sides, attribution!.regimes.groups]) {
    expect(sum(groups.map((group) => group.profit))).toBeCloseTo(kept, 6);
    for (const group of groups) expect(group.profit).toBeCloseTo(group.price - group.costs, 6);
  }
  expect(attribution!.trips.winners).toBeLessThanOrEqual(attribution!.trips.count);
  expect(trades.length + tradesLeftOut).toBe(metrics.trades);
  expect(sum(returns!.months.map(({ bars }) => bars))).toBe(split.test.bars);
  const growth = (parts: readonly { readonly agent: number }[]) => parts.reduce((product, { agent }) => product * (1 + agent), 1);
  for (const parts of [returns!.months, returns!.years]) expect(growth(parts)).toBeCloseTo(1 + metrics.totalReturn!, 9);
  expect(history!.agent.reduce((product, value) => product * (1 + value), 1)).toBeCloseTo(1 + metrics.totalReturn!, 9);
  const { bins } = returns!.distribution;
  if (bins.length > 0) expect(sum(bins.map(({ agent }) => agent))).toBe(split.test.bars);
  if (metrics.maxDrawdown! > -1)
    expect(Math.min(0, ...returns!.drawdowns.agent.map(({ depth }) => depth))).toBeCloseTo(metrics.maxDrawdown!, 9);
  expect(new Set([rolling!.sharpe.agent.length, rolling!.beta.length, rolling!.volatility.buyAndHold.length])).toEqual(
    new Set([rolling!.time.length]),
  );
  for (const { valueAtRisk, shortfall, reason } of risk!.tails) {
    if (valueAtRisk === null) expect(reason).not.toBeNull();
    if (shortfall !== null) expect(shortfall).toBeLessThanOrEqual(valueAtRisk! + 1e-12);
  }
}

describe("a report of anything holds its contract", () => {
  const change = fc.oneof(
    fc.constant(0),
    fc.double({ min: -0.3, max: 0.3, noNaN: true }),
    fc.constantFrom(-0.99, 3), // Ruin for one side or the other.
  );
  const exposure = fc.oneof(fc.constant(null), fc.constantFrom(-1, 0, 1), fc.double({ min: -1, max: 1, noNaN: true }));

  test("random prices and exposures", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 2, maxLength: 40 }),
        fc.array(exposure, { maxLength: 40 }),
        fc.record({
          from: fc.integer({ min: 0, max: 5 }),
          intervalMs: fc.constantFrom(60_000, 86_400_000, 30 * 86_400_000),
          volume: fc.constantFrom(0, 5),
        }),
        async (changes, exposures, options) => {
          let price = 100;
          const closes = [100, ...changes.map((each) => (price = Math.max(0.01, Math.round(price * (1 + each) * 100) / 100)))];
          const report = await reportOf(closes, exposures, { ...options, from: Math.min(options.from, closes.length - 1) });
          expectWhole(report);
          expectConsistent(report);
        },
      ),
      { seed: 6, numRuns: 60 },
    );
  });

  test.each([
    ["one bar", [100, 101], [1], { from: 1 }],
    ["constant prices", Array<number>(50).fill(100), [1, 0, 1, 0], {}],
    ["nothing done", [100, 101, 102], [], {}],
    ["losses alone", Array.from({ length: 60 }, (_, row) => 100 * 0.9 ** row), [1], {}],
    ["ruin", [100, 100, 400, 400, 100], [-1], {}],
    ["a market without volume", [100, 110, 100, 110], [1, 0, 1], { volume: 0 }],
  ] as const)("%s", async (_name, closes, exposures, options) => {
    const report = await reportOf(closes, exposures, options);
    expectWhole(report);
    expectConsistent(report);
  });

  test("a hash for every section, of all that two equal runs have equal", async () => {
    const [one, other] = [await reportOf([100, 101, 103], [1]), await reportOf([100, 101, 103], [1])];
    expect(other).toEqual(one);
    expect(Object.keys(one.reproduction!.hashes.sections)).toEqual(
      expect.arrayContaining(["series", "strategies", "risk", "attribution", "costs"]),
    );
    expect(one.reproduction!.hashes.sections).not.toHaveProperty("clock");
    const changed = await reportOf([100, 101, 104], [1]);
    expect(changed.reproduction!.hashes.sections["risk"]).not.toBe(one.reproduction!.hashes.sections["risk"]);
  });
});

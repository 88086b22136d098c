import { beforeAll, describe, expect, test } from "vitest";
import { reportHash } from "../index.ts";
import { Report } from "./document.ts";
import { sampleReport } from "./sample-report.ts";

let real: Report, synthetic: Report;

beforeAll(async () => {
  real = await sampleReport();
  synthetic = await sampleReport({ synthetic: true, seeds: 2 });
});

describe("report document", () => {
  test("is what the contract says, also after a trip through JSON", () => {
    for (const report of [real, synthetic]) expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  test("is the same for the same input; its hash leaves out the clock and nothing else", async () => {
    const again = await sampleReport();
    expect(again).toEqual(real);
    expect(reportHash({ ...again, clock: { createdAt: "later", durationMs: 1 } })).toBe(reportHash(real));
    expect(reportHash({ ...again, name: "another" })).not.toBe(reportHash(real));
    expect(reportHash(JSON.parse(JSON.stringify(real)) as Report)).toBe(reportHash(real));
  });

  test("has the agent first, and every series bar by bar over the test stretch", () => {
    expect(real.strategies.map(({ name, kind }) => [name, kind])).toEqual([
      ["agent", "agent"],
      ["buy-and-hold", "baseline"],
      ["random", "baseline"],
      ["flat", "baseline"],
    ]);
    const { time, open, high, low, close, exposure, equity, drawdown } = real.series;
    for (const column of [time, open, high, low, close, exposure, ...Object.values(equity), ...Object.values(drawdown)])
      expect(column).toHaveLength(real.split.test.bars);
    expect(Object.keys(equity)).toEqual(["agent", "buy-and-hold", "random", "flat"]);
    for (const [name, values] of Object.entries(equity)) expect(values[0], name).toBe(100_000);
    expect([time[0], time.at(-1)]).toEqual([real.split.test.from, real.split.test.to]);
  });

  test("tables and series tell the same story", () => {
    for (const { name, metrics } of real.strategies) {
      expect(real.series.equity[name]!.at(-1)! / 100_000 - 1).toBeCloseTo(metrics.totalReturn!, 9);
      expect(Math.min(...real.series.drawdown[name]!)).toBeCloseTo(metrics.maxDrawdown!, 9);
    }
    expect(real.trades).toHaveLength(real.strategies[0]!.metrics.trades);
    expect(real.significance.estimate).toBeCloseTo(real.strategies[0]!.metrics.sharpe! - real.strategies[1]!.metrics.sharpe!, 2);
    expect(real.seeds.filter(({ chosen }) => chosen).map(({ test: metrics }) => metrics)).toEqual([real.strategies[0]!.metrics]);
    const tests = real.seeds.map(({ test: { sharpe } }) => sharpe!).toSorted((left, right) => left - right);
    expect(real.generalisation).toMatchObject({ testSharpe: tests[2], testSharpeLow: tests[0], testSharpeHigh: tests[4] });
    const product = real.walkForward.folds.reduce((growth, { agent }) => growth * (1 + agent.totalReturn!), 1);
    expect(real.walkForward.agent!.totalReturn).toBeCloseTo(product - 1, 9);
  });

  test("does not claim skill for a moving average", () => {
    expect(real.verdict).toMatchObject({
      skill: "indistinguishable",
      headline: expect.stringContaining("Not distinguishable from buy-and-hold"),
    });
  });
});

import { describe, expect, test } from "vitest";
import { Random } from "../../../base/index.ts";
import { barsOfCloses, judged } from "../testing/judged.ts";
import { volatilityRegimes } from "../volatility-regimes.ts";
import { historyOf } from "./history.ts";
import { riskSection } from "./risk.ts";

describe("risk", () => {
  const wild = Array.from({ length: 700 }, (_, row) => 100 * Math.exp(0.1 * Math.sin(row / 11) + 0.03 * Math.sin(row * row)));

  test("has all methods, coverage and simulations, and repeats by its seed", async () => {
    const bars = barsOfCloses(wild);
    const { agent, baselines } = await judged(bars, [1]);
    const history = historyOf(agent, baselines.buyAndHold);
    const risk = riskSection(agent, bars, history, 7);
    expect(risk.tails.map(({ method, level }) => `${method} ${level}`)).toEqual(
      [0.95, 0.99].flatMap((level) => ["historical", "gaussian", "cornish-fisher", "extreme-value"].map((method) => `${method} ${level}`)),
    );
    const sorted = history.agent.toSorted((left, right) => left - right);
    const place = 0.01 * 699;
    const quantile = sorted[Math.floor(place)]! + (sorted[Math.ceil(place)]! - sorted[Math.floor(place)]!) * (place % 1);
    expect(risk.tails[4]!.valueAtRisk).toBeCloseTo(quantile, 12);
    expect(risk.coverage).toHaveLength(8);
    for (const { method, periods, window, hits } of risk.coverage) {
      expect(window).toBe(250);
      if (method === "historical" || method === "gaussian") expect(periods).toBe(450); // The others may have nothing to say.
      expect(hits).toBeLessThanOrEqual(periods);
    }
    expect(risk.simulations.map(({ source, reason }) => [source, reason])).toEqual([
      ["block-bootstrap", null],
      ["garch", null],
    ]);
    expect(riskSection(agent, bars, history, 7)).toEqual(risk);
    expect(riskSection(agent, bars, history, 8).simulations).not.toEqual(risk.simulations);
    expect(risk.windows).toEqual([]);
  });

  test("says why a flat agent has no such figures", async () => {
    const bars = barsOfCloses(wild);
    const { agent, baselines } = await judged(bars, [0]);
    const risk = riskSection(agent, bars, historyOf(agent, baselines.buyAndHold), 7);
    for (const { reason, valueAtRisk } of risk.tails.filter(({ method }) => method === "extreme-value")) {
      expect(valueAtRisk).toBeNull();
      expect(reason).not.toBeNull();
    }
    expect(risk.simulations[1]).toMatchObject({ source: "garch", result: null, reason: expect.any(String) });
    expect(risk.simulations[0]!.result!.loss.probability).toBe(0);
  });

  test("GARCH begins with the volatility that the returns have, or is not shown", async () => {
    const random = new Random(4);
    let [price, variance] = [100, 1e-4];
    const clustering = Array.from({ length: 1200 }, () => {
      const shock = Math.sqrt(variance) * random.normal();
      variance = 1e-5 + 0.1 * shock * shock + 0.8 * variance;
      return (price *= 1 + shock);
    });
    const bars = barsOfCloses(clustering);
    const { agent, baselines } = await judged(bars, [1]);
    const [, fitted] = riskSection(agent, bars, historyOf(agent, baselines.buyAndHold), 7).simulations;
    const [low, high] = [fitted!.result!.finalWealth.quantiles[0]!, fitted!.result!.finalWealth.quantiles[4]!];
    // Twice 1.645 deviations of a year at 1 % a day.
    expect(Math.log(high / low) / (2 * 1.645 * 0.01 * Math.sqrt(365))).toBeGreaterThan(0.8);
    expect(Math.log(high / low) / (2 * 1.645 * 0.01 * Math.sqrt(365))).toBeLessThan(1.2);

    const aside = await judged(
      bars,
      clustering.map((_, row) => (row % 400 === 0 ? 0.05 : row % 400 === 40 ? 0 : null)),
    );
    const [, misfit] = riskSection(aside.agent, bars, historyOf(aside.agent, aside.baselines.buyAndHold), 7).simulations;
    expect(misfit).toMatchObject({ result: null, reason: expect.stringMatching(/^its long-run volatility of .* does not fit/) });
  });

  test("a window shows the agent only for the days that it lived through", async () => {
    const closesBefore = Array.from({ length: 60 }, (_, row) => 100 - row);
    const bars = barsOfCloses(closesBefore);
    const shift = Date.UTC(2020, 1, 1) - Date.UTC(2024, 0, 1); // From 1 February 2020 on.
    const moved = { ...bars, closeTime: bars.closeTime.map((time) => time + shift) };
    const { agent, baselines } = await judged(moved, [1], { from: 30, to: 60 });
    const [window, ...others] = riskSection(agent, moved, historyOf(agent, baselines.buyAndHold), 1).windows;
    expect(others).toEqual([]);
    // 19 February closes the 19th bar; the agent begins with the 31st, on 2 March.
    expect(window).toMatchObject({ name: "outbreak of the pandemic", days: 42, agentDays: 30, isWhole: false });
    expect(window!.buyAndHold.totalReturn).toBeCloseTo(41 / 83 - 1, 12);
    expect(window!.agent!.totalReturn).toBeCloseTo(agent.metrics.totalReturn!, 9);
  });
});

describe("regimes of volatility", () => {
  const prices = Array.from({ length: 400 }, (_, row) => 100 * Math.exp(0.02 * Math.sin(row * row) * (1 + Math.sin(row / 30))));

  test("are told before the bar: what follows changes nothing", () => {
    const labels = volatilityRegimes(barsOfCloses(prices), 0, 400);
    const other = volatilityRegimes(barsOfCloses([...prices.slice(0, 200), ...prices.slice(200).map((price) => price * 3)]), 0, 400);
    expect(other.slice(0, 201)).toEqual(labels.slice(0, 201));
    expect(other).not.toEqual(labels);
    expect(new Set(labels)).toEqual(new Set(["not known yet", "calm", "ordinary", "wild"]));
    expect(labels.indexOf("calm") < 0 ? Infinity : labels.findIndex((label) => label !== "not known yet")).toBe(80);
    expect(volatilityRegimes(barsOfCloses(prices), 150, 300)).toEqual(labels.slice(150, 300));
  });
});

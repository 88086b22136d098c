import { expect, test } from "vitest";
import { documentOf, type Told } from "../bench/market-comparisons/document.ts";
import { halfWidth, judge } from "../bench/market-comparisons/judge.ts";
import { constantSpreadPolicy, createMarketMaking } from "../src/env/index.ts";

const book = { window: 512, logCapacity: 512 };

test("policies are judged in the same markets: one by itself is a part of many, and the same one twice is the same", () => {
  const make = (count: number) => {
    const environment = createMarketMaking({ session: { steps: 15, stepMs: 100, market: { warmUpMs: 200 } } }, { count, book });
    return { environment, outcome: (index: number) => environment.finalLedger(index)!.doubleWealth / 2 };
  };
  const [few, many] = [make(2), make(5)];
  const policy = constantSpreadPolicy(few.environment, 1);
  const played = judge(policy, few, 30, 6);
  expect(judge(policy, few, 30, 6)).toEqual(played);
  expect(judge(policy, many, 30, 5).returns.slice(0, 2)).toEqual(played.returns.slice(0, 2));
  expect(played.returns.length).toBe(6);
  for (const [index, total] of played.returns.entries()) expect(total).toBeCloseTo(played.outcomes[index]!, 3);
  expect(new Set(played.returns).size).toBeGreaterThan(1);
});

test("a 95 % t interval by hand", () => {
  expect(halfWidth([1, 2, 3, 4, 5])).toBeCloseTo((2.7764451051977987 * Math.sqrt(2.5)) / Math.sqrt(5), 12);
});

test("the page says what the intervals say, and what has not been measured", () => {
  const told = (name: string, returns: readonly number[]): Told => ({ name, how: "so", returns, outcomes: returns, outcomeDeviation: 1 });
  const facts = { date: "2026-01-01", machine: "a machine", minutes: 1, seeds: [1, 2, 3], episodes: 10 };
  const agent = told("PPO", [5, 5.1, 4.9]);
  const baselines = [told("TWAP", [3, 3.1, 3]), told("VWAP", [5, 4.9, 5.2]), told("oracle", [9, 9, 9.1])];
  const page = documentOf({ execution: { ...facts, agent, baselines } });
  expect(page).toContain("The agent is better than TWAP, not told apart from VWAP, worse than oracle.");
  expect(page).toMatch(/\| TWAP \| 3\.033 \| 3\.033 \| 1\.00 \| 1\.967 ± 0\.\d+ \|/);
  expect(page).toContain("Not measured yet: `npm run bench -- comparison/market-making`.");
});

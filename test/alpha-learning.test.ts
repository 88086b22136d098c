import { expect, test } from "vitest";
import { manualClock } from "../src/base/index.ts";
import { createAlpha } from "../src/env/index.ts";
import { evaluatePolicy, train } from "../src/rl/index.ts";

// A positive control: a crash and a recovery at times that every session shares, to be learnt from the time that is left.

const crash = {
  scenario: "flash-crash",
  params: { depth: 0.05, crashMs: 1000, recovery: 1, recoveryMs: 1000, lots: 200, limitFactor: 1, cancelFactor: 1 },
  onsetMs: 500,
};
const market = (count: number) =>
  createAlpha(
    { session: { stepMs: 100, steps: 25, market: { warmUpMs: 300, scenarios: [crash] } }, positionLots: 1, levels: 1, maxLossTicks: null },
    { count, book: { window: 1024, logCapacity: 4096 } },
  );

test("PPO learns to be short in a crash and long in the recovery that follows", async () => {
  const { policy } = await train({
    algorithm: "ppo",
    params: { nSteps: 50, batchSize: 200, epochs: 8, learningRate: 0.003, hidden: [32], gamma: 0.98 },
    environment: market(16),
    totalSteps: 16_000,
    seed: 1,
    clock: manualClock(0),
  });
  const always = (choice: number) => ({
    ...policy,
    decide: (_seen: Float32Array, count: number, out: Float32Array) => void out.fill(choice, 0, count),
  });
  const returns = [policy, always(0), always(2)].map((each) => evaluatePolicy(each, market(16), 16, 77).meanReturn);
  expect(returns[0]).toBeGreaterThan(600);
  expect(returns[0]).toBeGreaterThan(4 * Math.max(returns[1]!, returns[2]!));
});

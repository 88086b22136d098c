import { expect, test } from "vitest";
import { manualClock, Random } from "../base/index.ts";
import { barsFrom } from "../domain/index.ts";
import { createPortfolioEnvironment, PortfolioSpecification } from "../env/index.ts";
import { train } from "./train.ts";

const dayMs = 86_400_000;

/** Two assets that move apart every day, one up and one down by 2 %, each told the evening before whether it will be the better. */
function foretold(seed: number, days: number) {
  const random = new Random(seed);
  const better = Array.from({ length: days + 1 }, () => random.below(2));
  return [0, 1].map((asset) => {
    let price = 100;
    const rows = Array.from({ length: days }, (_, day) => {
      const open = price;
      price = Math.round(100 * price * (better[day] === asset ? 1.02 : 1 / 1.02)) / 100;
      return { closeTime: (day + 1) * dayMs, open, high: Math.max(open, price), low: Math.min(open, price), close: price, volume: 1 };
    });
    const bars = barsFrom({ symbol: `S${asset}`, currency: "USD", tickSize: 0.01, lotSize: 0.01 }, rows);
    const values = Float32Array.from({ length: days }, (_, day) => (better[day + 1] === asset ? 1 : -1));
    return { bars, features: { names: ["signal"], width: 1, rows: days, values, firstReady: 0 } };
  });
}

test("PPO learns to hold the better of two assets by a signal that says which, and pays its costs", async () => {
  const options = (seed: number, count: number) => ({
    ...PortfolioSpecification.parse({ costs: { feeBps: 1, slippageBps: 1 }, episode: { maxSteps: 50 } }),
    assets: foretold(seed, 400),
    pipelineHash: "signal",
    count,
  });
  const { policy } = await train({
    algorithm: "ppo",
    params: { nSteps: 64, epochs: 5, learningRate: 3e-3, gamma: 0.5 },
    environment: createPortfolioEnvironment(options(1, 8)),
    totalSteps: 12_000,
    seed: 1,
    clock: manualClock(),
  });
  const fresh = createPortfolioEnvironment({ ...options(2, 4), seed: 2 });
  const actions = new Float32Array(4 * 3);
  let total = 0;
  for (let step = 0; step < 200; step++) {
    policy.decide(fresh.observations, 4, actions);
    fresh.step(actions);
    total += fresh.rewards.reduce((sum, reward) => sum + reward, 0);
  }
  // A day of the better asset is worth 0.0198 before costs, equal weights nothing.
  expect(total / 800).toBeGreaterThan(0.015);
});

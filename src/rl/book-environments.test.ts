import { expect, test } from "vitest";
import { manualClock, Random } from "../base/index.ts";
import { createMarketMaking, createOptimalExecution, type Policy, type VectorEnvironment } from "../env/index.ts";
import { evaluatePolicy, train } from "./index.ts";

const session = { market: { warmUpMs: 500 }, stepMs: 500, steps: 30 };
const book = { window: 1024, logCapacity: 1024 };

/** Chooses any action whatever it sees. */
function randomPolicy(environment: VectorEnvironment): Policy {
  const random = new Random(4);
  return {
    observationSchema: environment.observationSchema,
    observationSize: environment.observations.length / environment.count,
    actionSpace: environment.actionSpace,
    decide: (_observations, _count, out) => out.forEach((_, at) => (out[at] = 2 * random.uniform() - 1)),
  };
}

test.each([
  ["execution", (count: number) => createOptimalExecution({ session, quantityLots: 60, maxPace: 8, riskPenaltyBps: 2 }, { count, book })],
  ["market making", (count: number) => createMarketMaking({ session, maxInventoryLots: 8, inventoryPenalty: 0.25 }, { count, book })],
])("in some thousand steps PPO learns more of %s than chance does", async (_name, make) => {
  const params = { nSteps: 128, batchSize: 512, epochs: 6, learningRate: 2e-3, gamma: 0.99, logStdInit: -0.5, hidden: [32, 32] };
  const { policy } = await train({ algorithm: "ppo", params, environment: make(16), totalSteps: 24_000, seed: 1, clock: manualClock() });
  const judge = make(50);
  const [trained, chance] = [policy, randomPolicy(judge)].map((each) => evaluatePolicy(each, judge, 300, 99));
  const error = Math.hypot(trained!.returnDeviation, chance!.returnDeviation) / Math.sqrt(300);
  expect(trained!.meanReturn - chance!.meanReturn).toBeGreaterThan(4 * error);
});

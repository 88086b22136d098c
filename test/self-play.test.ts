import { expect, test } from "vitest";
import { manualClock } from "../src/base/index.ts";
import { createSharedBook, type Policy, roundProfit, seatEnvironment, selfPlayEnvironment, SharedBook, Takers } from "../src/env/index.ts";
import { train } from "../src/rl/index.ts";

// The learners that there are, unchanged, in a market of several agents.

const market = Takers.parse({ kind: "takers", takers: 2, meanReservationTicks: 5 });
const params = SharedBook.parse({ agents: 2, market, halfSpreads: [1, 2, 3, 4, 5, 6, 7, 8], quoteLots: 2, steps: 25 });
const worlds = () => Array.from({ length: 8 }, (_, seed) => createSharedBook(params, { seed }));
const ppo = { nSteps: 64, batchSize: 256, epochs: 6, learningRate: 0.003, hidden: [16], gamma: 0.5 };
const training = { algorithm: "ppo", params: ppo, seed: 3, clock: manualClock(0) };

/** Mean half-spread in ticks that a policy for every seat quotes. */
function spreadOf(policy: Policy): number {
  const together = selfPlayEnvironment(worlds());
  const actions = new Float32Array(together.count);
  let sum = 0;
  together.reset(90);
  for (let step = 0; step < 50; step++) {
    policy.decide(together.observations, together.count, actions);
    together.step(actions);
    for (const action of actions) sum += params.halfSpreads[action]! / together.count / 50;
  }
  return sum;
}

const fixed = (choice: number): Policy => ({
  observationSchema: "",
  observationSize: 0,
  actionSpace: { kind: "discrete", count: 8 },
  decide: (_observations, count, out) => void out.fill(choice, 0, count),
});

test("one policy for all sides learns to compete", async () => {
  const { policy } = await train({ ...training, environment: selfPlayEnvironment(worlds()), totalSteps: 24_000 });
  expect(spreadOf(policy)).toBeLessThan(2.6); // By dice it would be 4.5.
});

test("a learner in one seat finds the best reply to those in the others", async () => {
  const alone = seatEnvironment(worlds(), 1, () => fixed(4));
  const { policy, curve } = await train({ ...training, environment: alone, totalSteps: 24_000 });
  alone.reset(91);
  const actions = new Float32Array(alone.count);
  let mean = 0;
  for (let step = 0; step < 400; step++) {
    policy.decide(alone.observations, alone.count, actions);
    alone.step(actions);
    for (const reward of alone.rewards) mean += reward / alone.count / 400;
  }
  const best = roundProfit(market, 4); // A tick below the other's 5.
  expect(mean).toBeGreaterThan(0.9 * best);
  expect(curve.at(-1)!.returnMean!).toBeGreaterThan(1.2 * curve[2]!.returnMean!);
});

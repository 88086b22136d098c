import { describe, expect, test } from "vitest";
import { manualClock, parseParams, Random } from "../../base/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { gradient } from "../../graph/index.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { actorCritic } from "../policies/index.ts";
import { type Toy, toyEnvironment } from "../testing/toy-environment.ts";
import { train, type TrainedAgent } from "../train.ts";
import lagrangian, { lagrangianLoss } from "./ppo-lagrangian.ts";

/** Ten offers an episode, each worth 1 to who takes it, at a cost between 0 and 1 that is shown. */
const offers: Toy = {
  name: "offers",
  stateSize: 1,
  observationSize: 1,
  actionSpace: { kind: "discrete", count: 2 },
  limit: 10,
  start: (state, random) => void (state[0] = random.uniform()),
  observe: (state, out) => out.set(state),
  step(state, { 0: action }, random) {
    const cost = action === 1 ? state[0]! : 0;
    state[0] = random.uniform();
    return { reward: action!, cost, terminated: false };
  },
};

/** Mean return and cost of an episode, without dice. */
function play({ policy }: TrainedAgent): { readonly episodeReturn: number; readonly episodeCost: number } {
  const environment = toyEnvironment(offers, 200);
  const action = new Float32Array(200);
  let [rewards, costs] = [0, 0];
  environment.reset(4);
  for (let step = 0; step < offers.limit; step++) {
    policy.decide(environment.observations, 200, action);
    environment.step(action);
    rewards += environment.rewards.reduce((sum, value) => sum + value, 0);
    costs += environment.constraintCosts!.reduce((sum, value) => sum + value, 0);
  }
  return { episodeReturn: rewards / 200, episodeCost: costs / 200 };
}

const trained = (algorithm: string, given: Record<string, unknown>) =>
  train({
    algorithm,
    params: { nSteps: 100, batchSize: 200, epochs: 4, learningRate: 3e-3, ...given },
    environment: toyEnvironment(offers, 8),
    totalSteps: 96_000,
    seed: 1,
    clock: manualClock(),
  });

describe("where reward and cost conflict", () => {
  test("it takes what the limit allows and no more, the cheapest first", async () => {
    // Half of the offers, those below 0.5, cost 10 · ∫ x over [0, 0.5] = 1.25.
    const agent = await trained("ppo-lagrangian", { costLimit: 1.25, multiplierInit: 1, multiplierLearningRate: 0.01, entropyCoef: 0.01 });
    const { episodeReturn, episodeCost } = play(agent);
    expect(episodeCost).toBeLessThan(1.25 * 1.2);
    expect(episodeReturn).toBeGreaterThan(4);
    const later = agent.curve.slice(agent.curve.length / 2);
    const mean = (name: string) => later.reduce((sum, { figures }) => sum + figures![name]!, 0) / later.length;
    expect(Math.abs(mean("episodeCost") / 1.25 - 1)).toBeLessThan(0.15);
    expect(mean("multiplier")).toBeGreaterThan(0.5);
    expect(mean("costLoss")).toBeGreaterThan(0);
  });

  test("a limit that does not bind costs nothing", async () => {
    const agent = await trained("ppo-lagrangian", { costLimit: 9 });
    expect(play(agent)).toEqual({ episodeReturn: 10, episodeCost: expect.closeTo(5, 0) });
    expect(agent.curve.at(-1)!.figures!.multiplier).toBe(0);
  });

  test("PPO by itself takes all", async () => {
    expect(play(await trained("ppo", {})).episodeReturn).toBe(10);
  });
});

test("the loss has the gradient that differences give, for both critics", () => {
  const random = new Random(6);
  const given = parseParams(lagrangian.params, { hidden: [4] });
  const network = actorCritic(
    { observationSize: 2, actionSpace: { kind: "box", size: 1, low: -1, high: 1 }, hidden: [4], critics: ["critic", "costCritic"] },
    random,
  );
  const { loss } = lagrangianLoss(network, 2, 4, given);
  const draw = (count: number) => Array.from({ length: count }, () => random.normal());
  const feeds = {
    observation: draw(8),
    action: draw(4),
    logProb: [-1.1, -1.4, -0.9, -2],
    advantage: draw(4),
    valueTarget: draw(4),
    costTarget: draw(4),
  };
  const tensors = Object.values(network.parameters.tensors);
  const held = Object.fromEntries(tensors.map(({ attributes: { name, data } }) => [name, [...data]]));
  interpret(gradient(loss, tensors), { ...held, ...feeds }).forEach((got, index) => {
    const expected = centralDifferences(loss, tensors[index]!.attributes.name, { ...held, ...feeds });
    got.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[at]!))));
  });
});

test("an environment without costs is refused", () => {
  const { constraintCosts: _, ...environment } = toyEnvironment(offers, 2);
  expect(() => lagrangian.start({ environment, seed: 1 }, parseParams(lagrangian.params, {}))).toThrow(
    expect.objectContaining({ code: "config/invalid", message: expect.stringContaining("no costs") }),
  );
});

import { describe, expect, test } from "vitest";
import { manualClock, parseParams, Random } from "../../base/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { gradient, input } from "../../graph/index.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { conformanceEnvironment, conformanceProblems } from "../conformance/index.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { drawnBatch, filledContext, gradientsOf, heldBy, movedNumbers, PlainAdam, rowOf } from "../testing/off-policy-twin.ts";
import { toyEnvironment, type Toy } from "../testing/toy-environment.ts";
import { endless, identityOfNumbers } from "../testing/toys.ts";
import { train, type TrainOptions } from "../train.ts";
import td3, { deterministicCriticLoss, deterministicNetwork, deterministicPolicyGradient, deterministicPolicyLoss } from "./td3.ts";

const rows = 6;
const sizes = { rows, observationSize: 3, actionWidth: 1 };
const twins = { ...parseParams(td3.params, { hidden: [5, 4], batchSize: rows, learningRate: 1e-2, tau: 0.1, gamma: 0.9 }), criticCount: 2 };
const plain = { ...twins, criticCount: 1, policyDelay: 1, targetNoise: 0, targetNoiseClip: 0 };

/** Losses of a network. */
function losses(given: typeof twins, random: Random) {
  const network = deterministicNetwork(3, 1, given, random);
  return {
    network,
    criticLoss: deterministicCriticLoss(network, given.targetNoise > 0, sizes),
    policyLoss: deterministicPolicyLoss(network, sizes, input("criticRow", network.critics.parameters.flat.shape)),
  };
}

/** The trained numbers under the names of the targets. */
const copied = (targets: Record<string, unknown>, trained: Record<string, ArrayLike<number>>) =>
  Object.fromEntries(Object.keys(targets).map((name, index) => [name, Object.values(trained)[index]!]));

describe.each([
  ["TD3", twins],
  ["DDPG", plain],
])("%s", (_, given) => {
  test("losses have the gradients that differences give, and none flows into targets", () => {
    const { network, criticLoss, policyLoss } = losses(given, new Random(2));
    const random = new Random(5);
    const draw = (count: number) => Array.from({ length: count }, () => random.normal());
    const feeds = {
      ...heldBy(network.policy),
      ...heldBy(network.critics.parameters),
      ...copied(network.policyTarget.tensors, heldBy(network.policy)),
      ...copied(network.critics.targets.tensors, heldBy(network.critics.parameters)),
      criticRow: rowOf(network.critics.parameters, heldBy(network.critics.parameters)),
      pair: draw(rows * 4),
      observation: draw(rows * 3),
      nextObservation: draw(rows * 3),
      reward: draw(rows),
      discount: [0.9, 0, 0.9, 0.9, 0, 0.9],
      nextNoise: draw(rows),
    };
    for (const [loss, { tensors }] of [
      [criticLoss, network.critics.parameters],
      [policyLoss, network.policy],
    ] as const) {
      for (const [name, got] of Object.entries(gradientsOf(loss, { tensors } as never, feeds))) {
        const expected = centralDifferences(loss, name, feeds);
        got.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[at]!))));
      }
    }
    const still = [network.policy, network.policyTarget, network.critics.targets].flatMap(({ tensors }) => Object.values(tensors));
    for (const flow of interpret(gradient(criticLoss, still), feeds)) expect(flow.every((value) => value === 0)).toBe(true);
  });

  test("updates are those of Stable-Baselines3, step by step in float64", () => {
    const updates = 4;
    const method = deterministicPolicyGradient(filledContext(40, 1), given);
    method.resetTargets();
    method.update(updates, 1);

    const twin = filledContext(40, 1);
    const { network, criticLoss, policyLoss } = losses(given, twin.initial);
    let [critics, policy] = [heldBy(network.critics.parameters), heldBy(network.policy)];
    let targets = copied(network.critics.targets.tensors, critics);
    let policyTargets = copied(network.policyTarget.tensors, policy);
    const [criticAdam, policyAdam] = [new PlainAdam(), new PlainAdam()];
    for (let update = 1; update <= updates; update++) {
      const batch = drawnBatch(twin.memory, rows, twin.updating);
      const nextNoise = Float64Array.from({ length: given.targetNoise > 0 ? rows : 0 }, () =>
        Math.fround(Math.min(Math.max(0.2 * twin.updating.normal(), -0.5), 0.5)),
      );
      const feeds = { ...batch, nextNoise, ...policy, ...policyTargets, ...targets };
      critics = criticAdam.step(critics, gradientsOf(criticLoss, network.critics.parameters, { ...feeds, ...critics }), 1e-2);
      if (update % given.policyDelay !== 0) continue;
      const criticRow = rowOf(network.critics.parameters, critics);
      policy = policyAdam.step(policy, gradientsOf(policyLoss, network.policy, { ...feeds, criticRow }), 1e-2);
      targets = movedNumbers(targets, critics, 0.1);
      policyTargets = movedNumbers(policyTargets, policy, 0.1);
    }
    const compare = (name: string, expected: Float64Array) =>
      expected.forEach((value, at) => expect(Math.abs(method.arrays[name]![at]! - value), name).toBeLessThan(2e-5));
    compare("critics", rowOf(network.critics.parameters, critics));
    compare("targets", rowOf(network.critics.targets, targets));
    compare("policy", rowOf(network.policy, policy));
    compare("policyTarget", rowOf(network.policyTarget, policyTargets));
    method.close();
  });
});

test("several updates of DDPG in one run are the same as one by one", () => {
  const run = (updatesEach: number) => {
    const method = deterministicPolicyGradient(filledContext(40, updatesEach), plain);
    method.resetTargets();
    for (let made = 0; made < 8; made += updatesEach) method.update(updatesEach, 1);
    return method.arrays;
  };
  const [together, apart] = [run(8), run(1)];
  for (const name in apart) apart[name]!.forEach((value, at) => expect(together[name]![at]).toBeCloseTo(value, 4));
});

const options = (algorithm: string, toy: Toy, more: Partial<TrainOptions> = {}): TrainOptions => ({
  algorithm,
  params: {},
  environment: toyEnvironment(toy, 1),
  totalSteps: 400,
  seed: 1,
  clock: manualClock(),
  ...more,
});

test.each(["td3", "ddpg"])("%s repeats a number after 400 steps", async (algorithm) => {
  const given = { hidden: [64, 64], batchSize: 64, learningRate: 3e-3, gamma: 0, actionNoise: "normal" };
  const { policy } = await train(options(algorithm, identityOfNumbers, { params: given }));
  expect(evaluatePolicy(policy, toyEnvironment(identityOfNumbers, 10), 10, 5).meanReturn).toBeGreaterThan(90);
});

const endlessNumbers: Toy = { ...endless, actionSpace: { kind: "box", size: 1, low: -1, high: 1 }, limit: 4 };

test.each(["td3", "ddpg"])(
  "%s: an endless reward of 1 is worth 1 / (1 - γ) where episodes are truncated, and less where they terminate",
  async (algorithm) => {
    const given = { gamma: 0.9, hidden: [16, 16], batchSize: 32, tau: 0.05 };
    const value = async (toy: Toy) => {
      const { policy } = await train(options(algorithm, toy, { params: given, totalSteps: 3_000 }));
      return policy.explain(Float32Array.of(1)).value;
    };
    expect(Math.abs((await value(endlessNumbers)) - 10)).toBeLessThan(0.5);
    const ending: Toy = { ...endlessNumbers, step: (state) => ({ reward: 1, terminated: ++state[0]! % 4 === 0 }) };
    expect(await value(ending)).toBeLessThan(5); // (1 + 1.9 + 2.71 + 3.439) / 4 = 2.26 over the states that look alike.
  },
);

test("swings the pendulum up after 20,000 steps", { timeout: 240_000 }, async () => {
  const given = { hidden: [64, 64], batchSize: 100, actionNoise: "normal" };
  const environment = conformanceEnvironment(conformanceProblems.pendulum, 1);
  const { policy } = await train({ ...options("td3", identityOfNumbers), params: given, environment, totalSteps: 20_000 });
  expect(evaluatePolicy(policy, conformanceEnvironment(conformanceProblems.pendulum, 100), 100, 5).meanReturn).toBeGreaterThan(-170);
  expect(policy.explain(Float32Array.of(-1, 0, 0)).standardDeviation).toEqual([0]);
});

test("targets that move the whole way are the trained networks", () => {
  const method = deterministicPolicyGradient(filledContext(40, 1), { ...plain, tau: 1 });
  method.resetTargets();
  method.update(2, 1);
  expect(method.arrays.targets).toEqual(method.arrays.critics);
  expect(method.arrays.policyTarget).toEqual(method.arrays.policy);
});

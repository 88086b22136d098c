import { expect, test } from "vitest";
import { manualClock, parseParams, Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { gradient } from "../../graph/index.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { actorCritic } from "../policies/index.ts";
import { toyEnvironment } from "../testing/toy-environment.ts";
import { cartPole, endless, identityOfNumbers } from "../testing/toys.ts";
import { train } from "../train.ts";
import a2c, { a2cLoss } from "./a2c.ts";

const params = (given: Record<string, unknown> = {}) => parseParams(a2c.params, given);

test.each<[string, Space, Record<string, unknown>]>([
  ["choices", { kind: "discrete", count: 3 }, {}],
  ["numbers", { kind: "box", size: 2, low: -1, high: 1 }, { sharedBody: true }],
])("the loss over %s is what it says, and so is its gradient", (_, actionSpace, more) => {
  const random = new Random(6);
  const given = params({ hidden: [5], entropyCoef: 0.02, valueCoef: 0.7, ...more });
  const network = actorCritic({ ...given, observationSize: 3, actionSpace }, random);
  const { loss, watched } = a2cLoss(network, 3, 4, given);
  const draw = (count: number) => Array.from({ length: count }, () => random.normal());
  const oneHot = [0, 2, 1, 2].flatMap((choice) => [0, 1, 2].map((other) => Number(other === choice)));
  const feeds = {
    observation: draw(12),
    action: actionSpace.kind === "box" ? draw(8) : oneHot,
    advantage: draw(4),
    valueTarget: draw(4),
  };
  const tensors = Object.values(network.parameters.tensors);
  const held = Object.fromEntries(tensors.map(({ attributes: { name, data } }) => [name, [...data]]));
  const [total, policyLoss, valueLoss, entropy] = interpret([loss, watched.policyLoss, watched.valueLoss, watched.entropy], feeds);
  expect(total![0]).toBeCloseTo(policyLoss![0]! + 0.7 * valueLoss![0]! - 0.02 * entropy![0]!, 12);
  interpret(gradient(loss, tensors), { ...held, ...feeds }).forEach((got, index) => {
    const expected = centralDifferences(loss, tensors[index]!.attributes.name, { ...held, ...feeds });
    got.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[at]!))));
  });
});

test("its defaults are Stable-Baselines3's", () => {
  expect(params()).toMatchObject({
    nSteps: 5,
    learningRate: 7e-4,
    gamma: 0.99,
    gaeLambda: 1,
    entropyCoef: 0,
    valueCoef: 0.5,
    maxGradNorm: 0.5,
    rmspropAlpha: 0.99,
    rmspropEpsilon: 1e-5,
    rmspropTfLike: false,
    normaliseAdvantages: false,
  });
});

test("one update a round, whatever the advantages are divided by", () => {
  for (const given of [{}, { normaliseAdvantages: true }, { rmspropTfLike: true }, { nSteps: 1 }]) {
    const environment = toyEnvironment(cartPole, 2);
    environment.reset(1);
    const learner = a2c.start({ environment, seed: 1 }, params(given));
    learner.begin();
    for (let turn = 0; turn < 3; turn++) learner.learn(1);
    expect((learner.save().values as { updates: number }).updates).toBe(3);
    learner.close();
  }
});

const trained = (toy: typeof cartPole, totalSteps: number, given: Record<string, unknown>, count = 8) =>
  train({ algorithm: "a2c", params: given, environment: toyEnvironment(toy, count), totalSteps, seed: 1, clock: manualClock() });

test("an endless reward of 1 is worth 1 / (1 - γ) though episodes are cut off", async () => {
  const plain = { normaliseRewards: false, normaliseObservations: false };
  const { policy } = await trained({ ...endless, limit: 4 }, 40_000, { gamma: 0.9, ...plain }, 4);
  expect(Math.abs(policy.explain(Float32Array.of(1)).value - 10)).toBeLessThan(0.5);
});

test.each([
  ["exploration that depends on the state", { useSde: true, sdeSampleFreq: 4, logStdInit: -1 }],
  ["a shared body of rectifiers", { sharedBody: true, activation: "relu", learningRate: 1e-3 }],
])("learns to repeat a number with %s", async (_, given) => {
  const { policy } = await trained(identityOfNumbers, 80_000, { gamma: 0, ...given });
  expect(evaluatePolicy(policy, toyEnvironment(identityOfNumbers, 10), 10, 3).meanReturn).toBeGreaterThan(88);
});

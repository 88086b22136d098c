import { describe, expect, test } from "vitest";
import { manualClock, parseParams, Random } from "../../base/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { gradient, input, type Parameters, sizeOf, type Tensor } from "../../graph/index.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { conformanceEnvironment, conformanceProblems } from "../conformance/index.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { drawnBatch, filledContext, gradientsOf, heldBy, movedNumbers, PlainAdam, rowOf } from "../testing/off-policy-twin.ts";
import { toyEnvironment, type Toy } from "../testing/toy-environment.ts";
import { identityOfChoices, identityOfNumbers } from "../testing/toys.ts";
import { train, type TrainOptions } from "../train.ts";
import sac, { sacCriticLoss, sacNetwork, sacPolicyLoss, sacTemperatureLoss, softActorCritic } from "./sac.ts";

const rows = 6;
const sizes = { rows, observationSize: 3, actionWidth: 1, halfRange: 2 };
const params = (given: Record<string, unknown> = {}) => parseParams(sac.params, { hidden: [5, 4], batchSize: rows, ...given });

/** Losses of a small network, and numbers for all that they read. */
function losses(given: Record<string, unknown>) {
  const parsed = params({ initialEntropyCoef: 0.3, ...given });
  const network = sacNetwork(sizes, parsed, new Random(2));
  const { critics } = network;
  const criticLoss = sacCriticLoss(network, parsed, sizes);
  const policy = sacPolicyLoss(network, sizes, input("criticRow", critics.parameters.flat.shape));
  const random = new Random(5);
  const draw = (count: number) => Array.from({ length: count }, () => random.normal());
  critics.targets.flat.attributes.data.forEach((_, at, data) => (data[at] = 0.4 * random.normal()));
  const feeds: Record<string, ArrayLike<number>> = {
    ...heldBy(network.policy),
    ...heldBy(critics.parameters),
    ...heldBy(critics.targets),
    ...(network.temperature && heldBy(network.temperature)),
    criticRow: rowOf(critics.parameters, heldBy(critics.parameters)),
    pair: draw(rows * 4),
    observation: draw(rows * 3),
    nextObservation: draw(rows * 3),
    reward: draw(rows),
    discount: [0.9, 0, 0.9, 0.9, 0, 0.9],
    noise: draw(sizeOf(network.actor.noiseShape(rows))),
    nextNoise: draw(rows),
  };
  return { network, parsed, criticLoss, policy, temperatureLoss: sacTemperatureLoss(network, parsed, policy.logProb, 1), feeds };
}

function expectGradient(loss: Tensor, { tensors }: Parameters, feeds: Record<string, ArrayLike<number>>): void {
  const targets = Object.values(tensors);
  interpret(gradient(loss, targets), feeds).forEach((got, index) => {
    const expected = centralDifferences(loss, targets[index]!.attributes.name, feeds);
    got.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[at]!))));
  });
}

describe.each([{}, { preset: "cleanrl" }, { entropyCoef: 0.2 }, { useSde: true, logStdInit: -0.5 }])("losses with %o", (given) => {
  const { network, criticLoss, policy, temperatureLoss, feeds } = losses(given);

  test("have the gradients that differences give, each in what it moves", () => {
    expectGradient(criticLoss, network.critics.parameters, feeds);
    expectGradient(policy.loss, network.actorParameters, feeds);
    const moved = [network.policy, network.critics.parameters]
      .flatMap(({ tensors }) => Object.values(tensors))
      .filter((tensor) => tensor !== network.logTemperature);
    for (const flow of interpret(gradient(temperatureLoss, moved), feeds)) expect(flow.every((value) => value === 0)).toBe(true);
  });

  test("no gradient flows into targets or from the critics' target into the policy", () => {
    const still = [...Object.values(network.critics.targets.tensors), ...Object.values(network.policy.tensors)];
    for (const flow of interpret(gradient(criticLoss, still), feeds)) expect(flow.every((value) => value === 0)).toBe(true);
  });
});

test("the critics' loss is half the sum of two mean squared errors of r + (1 - d)γ(min Q' - α log π'), twice that for CleanRL", () => {
  const { network, criticLoss, feeds } = losses({});
  const { critics } = network;
  const value = (tensors: readonly Tensor[]) => interpret(tensors, feeds);
  const pair = input("pair", [rows, 4]);
  const [first, second] = value(critics.apply(pair));
  const cleanRl = losses({ preset: "cleanrl" });
  expect(interpret([cleanRl.criticLoss], cleanRl.feeds)[0]![0]).toBeGreaterThan(0);
  // Where the discount is 0 the target is the reward.
  const ended = { ...feeds, discount: new Float64Array(rows) };
  const squares = Array.from(
    { length: rows },
    (_, row) => (first![row]! - feeds.reward![row]!) ** 2 + (second![row]! - feeds.reward![row]!) ** 2,
  );
  const mean = squares.reduce((sum, square) => sum + square, 0) / rows;
  expect(interpret([criticLoss], ended)[0]![0]).toBeCloseTo(0.5 * mean, 12);
  const [doubled] = interpret([cleanRl.criticLoss], { ...ended, ...heldBy(critics.parameters) });
  expect(doubled![0]).toBeCloseTo(mean, 12);
});

test.each([{}, { entropyCoef: 0.2 }, { useSde: true, logStdInit: -0.5 }])(
  "updates are those of Stable-Baselines3, step by step in float64: %o",
  (given) => {
    const updates = 3;
    const parsed = params({ learningRate: 1e-2, tau: 0.1, gamma: 0.9, ...given });
    const method = softActorCritic(filledContext(40, 1), parsed);
    method.resetTargets();
    method.update(updates, 1);

    const twin = filledContext(40, 1);
    const network = sacNetwork(sizes, parsed, twin.initial);
    const criticLoss = sacCriticLoss(network, parsed, sizes);
    const policy = sacPolicyLoss(network, sizes, input("criticRow", network.critics.parameters.flat.shape));
    const temperatureLoss = sacTemperatureLoss(network, parsed, policy.logProb, 1);
    let critics = heldBy(network.critics.parameters);
    let targets = Object.fromEntries(
      Object.keys(network.critics.targets.tensors).map((name, index) => [name, Object.values(critics)[index]!]),
    );
    let policyNumbers = heldBy(network.policy);
    const [criticAdam, policyAdam] = [new PlainAdam(), new PlainAdam()];
    for (let update = 0; update < updates; update++) {
      const batch = drawnBatch(twin.memory, rows, twin.updating);
      // One exploration function serves a whole update.
      const [noise, nextNoise] = [sizeOf(network.actor.noiseShape(rows)), parsed.useSde ? 0 : rows].map((length) =>
        Float64Array.from({ length }, () => Math.fround(twin.updating.normal())),
      );
      const before = { ...batch, noise: noise!, nextNoise: nextNoise!, ...policyNumbers, ...targets };
      // Policy and temperature read the temperature from before, and the policy the critics from after.
      critics = criticAdam.step(critics, gradientsOf(criticLoss, network.critics.parameters, { ...before, ...critics }), 1e-2);
      const feeds = { ...before, criticRow: rowOf(network.critics.parameters, critics) };
      policyNumbers = policyAdam.step(policyNumbers, gradientsOf(policy.loss.add(temperatureLoss), network.policy, feeds), 1e-2);
      targets = movedNumbers(targets, critics, 0.1);
    }
    const compare = (got: Float32Array, expected: Float64Array) => {
      expect(got.length).toBe(expected.length);
      expected.forEach((value, at) => expect(Math.abs(got[at]! - value)).toBeLessThan(2e-5));
    };
    compare(method.arrays.critics!, rowOf(network.critics.parameters, critics));
    compare(method.arrays.targets!, rowOf(network.critics.targets, targets));
    compare(method.arrays.policy!, rowOf(network.policy, policyNumbers));
    method.close();
  },
);

test("several updates in one run are the same as one by one", () => {
  const run = (updatesEach: number) => {
    const method = softActorCritic(filledContext(40, updatesEach), params({ learningRate: 1e-2, gradientSteps: updatesEach }));
    method.resetTargets();
    for (let made = 0; made < 8; made += updatesEach) method.update(updatesEach, 1);
    expect(method.updates).toBe(8);
    return method.arrays;
  };
  const [together, apart] = [run(8), run(1)];
  for (const name in apart) apart[name]!.forEach((value, at) => expect(together[name]![at]).toBeCloseTo(value, 4));
});

test("CleanRL's preset moves critics at each update, policy and temperature at every second one", () => {
  const method = softActorCritic(filledContext(40, 1), params({ preset: "cleanrl" }));
  method.resetTargets();
  const moved = () => {
    const before = Object.fromEntries(Object.entries(method.arrays).map(([name, data]) => [name, data.slice()]));
    method.update(1, 1);
    return ["critics", "targets", "policy", "temperature"].filter((name) =>
      method.arrays[name]!.some((value, at) => value !== before[name]![at]),
    );
  };
  expect(moved()).toEqual(["critics", "targets"]);
  expect(moved()).toEqual(["critics", "targets", "policy", "temperature"]);
  expect(moved()).toEqual(["critics", "targets"]);
});

const options = (toy: Toy, more: Partial<TrainOptions> = {}): TrainOptions => ({
  algorithm: "sac",
  params: {},
  environment: toyEnvironment(toy, 1),
  totalSteps: 400,
  seed: 1,
  clock: manualClock(),
  ...more,
});

test.each(["sb3", "cleanrl"])("repeats a number after 400 steps: %s", async (preset) => {
  const given = { preset, hidden: [64, 64], batchSize: 64, learningRate: 3e-3, gamma: 0, learningStarts: 100 };
  const { policy } = await train(options(identityOfNumbers, { params: given, totalSteps: preset === "sb3" ? 400 : 1600 }));
  expect(evaluatePolicy(policy, toyEnvironment(identityOfNumbers, 10), 10, 5).meanReturn).toBeGreaterThan(90);
});

test("swings the pendulum up after 10,000 steps", { timeout: 240_000 }, async () => {
  const given = { hidden: [64, 64], batchSize: 100, learningRate: 1e-3 };
  const environment = conformanceEnvironment(conformanceProblems.pendulum, 1);
  const { policy } = await train({ ...options(identityOfNumbers), params: given, environment, totalSteps: 10_000 });
  expect(evaluatePolicy(policy, conformanceEnvironment(conformanceProblems.pendulum, 100), 100, 5).meanReturn).toBeGreaterThan(-170);
  const { action, standardDeviation } = policy.explain(Float32Array.of(-1, 0, 0));
  expect(Math.abs(action[0]!)).toBeLessThanOrEqual(2);
  expect(standardDeviation![0]).toBeGreaterThan(0);
});

test("exploration that depends on the state is not CleanRL's", () => {
  expect(() => softActorCritic(filledContext(40, 1), params({ useSde: true, preset: "cleanrl" }))).toThrow(
    expect.objectContaining({ code: "config/invalid", path: "params.useSde" }),
  );
});

test("choices are refused", async () => {
  await expect(train(options(identityOfChoices(2)))).rejects.toMatchObject({ code: "config/invalid", path: "algorithm" });
});

test("a number that is not finite stops training and leaves the weights as they were", () => {
  const huge: Toy = { ...identityOfNumbers, step: (...given) => ({ ...identityOfNumbers.step(...given), reward: 1e30 }) };
  const environment = toyEnvironment(huge, 1);
  environment.reset(1);
  const learner = sac.start({ environment, seed: 1 }, params({ learningStarts: 4, roundSteps: 8 }));
  learner.begin();
  const before = learner.save().arrays.policy!.slice();
  expect(() => learner.learn(1)).toThrow(
    expect.objectContaining({
      code: "training/not-finite",
      message: expect.stringMatching(/ of update 1 is not finite; the weights of update 0 are kept/),
    }),
  );
  expect(learner.save().arrays.policy).toEqual(before);
});

test("before there is an update, losses are looked at and nothing moves", () => {
  const environment = toyEnvironment(identityOfNumbers, 1);
  environment.reset(1);
  const learner = sac.start({ environment, seed: 1 }, params({ roundSteps: 50 }));
  learner.begin();
  const before = learner.save().arrays.policy!.slice();
  expect(learner.learn(1).valueLoss).toBeGreaterThan(0);
  expect(learner.save().arrays.policy).toEqual(before);
});

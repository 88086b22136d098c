import { describe, expect, test } from "vitest";
import { manualClock, parseParams, Random } from "../../base/index.ts";
import type { Policy } from "../../env/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { gradient, input } from "../../graph/index.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { actorCritic } from "../policies/index.ts";
import { squashedActorCritic } from "../policies/squashed-actor-critic.ts";
import type { Demonstrations } from "../teacher.ts";
import { type Toy, toyEnvironment } from "../testing/toy-environment.ts";
import { cartPole, identityOfNumbers } from "../testing/toys.ts";
import { train, type TrainOptions } from "../train.ts";
import cloning, { cloningLoss } from "./behaviour-cloning.ts";

/** A rule for the pole that also keeps to the middle. */
const rule: Policy = {
  observationSchema: "rule",
  observationSize: 4,
  actionSpace: cartPole.actionSpace,
  decide(observations, count, out) {
    for (let row = 0; row < count; row++) {
      const [x, v, angle, w] = observations.subarray(row * 4, row * 4 + 4);
      out[row] = Number(0.02 * x! + 0.05 * v! + angle! + 0.3 * w! > 0);
    }
  },
};

const options = (toy: Toy, more: Partial<TrainOptions>): TrainOptions => ({
  algorithm: "behaviour-cloning",
  params: {},
  environment: toyEnvironment(toy, 8),
  totalSteps: 16_384,
  seed: 1,
  clock: manualClock(),
  ...more,
});

const returnOf = (policy: Policy) => evaluatePolicy(policy, toyEnvironment(cartPole, 10), 20, 7).meanReturn;

/** What the rule did, at observations drawn at random. */
function records(rows: number): Demonstrations {
  const random = new Random(3);
  const observations = Float32Array.from({ length: 4 * rows }, () => random.normal());
  const actions = new Float32Array(rows);
  rule.decide(observations, rows, actions);
  return { observations, actions };
}

function agreement(policy: Policy): number {
  const { observations, actions } = records(4000);
  const out = new Float32Array(4000);
  policy.decide(observations, 4000, out);
  return out.filter((action, at) => action === actions[at]).length / 4000;
}

describe("from one who acts", () => {
  test("does what the rule does, and PPO goes on from there without a fall, where it began at nothing by itself", async () => {
    const clone = await train(options(cartPole, { teacher: rule, params: { epochs: 2 } }));
    expect(returnOf(rule)).toBeGreaterThan(400);
    expect(returnOf(clone.policy)).toBeGreaterThan(0.9 * returnOf(rule));
    expect(clone.curve.at(-1)!.valueLoss).toBeLessThan(clone.curve[0]!.valueLoss);

    const returns: number[] = [];
    const ppo: TrainOptions = {
      algorithm: "ppo",
      params: { nSteps: 128, batchSize: 256, epochs: 4 },
      environment: toyEnvironment(cartPole, 8),
      totalSteps: 12 * 1024,
      seed: 2,
      clock: manualClock(),
    };
    await train({
      ...ppo,
      initialWeights: { from: clone.weights() },
      evaluate: { environment: toyEnvironment(cartPole, 10), everySteps: 2048, episodes: 10 },
    }).then(({ evaluations }) => returns.push(...evaluations.map(({ meanReturn }) => meanReturn)));
    expect(returns).toHaveLength(6);
    expect(Math.min(...returns)).toBeGreaterThan(300);
    expect(returnOf((await train({ ...ppo, totalSteps: 1024 })).policy)).toBeLessThan(200);
  });

  test("A2C takes up the same weights", async () => {
    const clone = await train(options(cartPole, { teacher: rule }));
    const given = options(cartPole, { algorithm: "a2c", totalSteps: 40, initialWeights: { from: clone.weights() } });
    expect(returnOf((await train(given)).policy)).toBeGreaterThan(300);
  });

  test("deviations of numbers stop where something is left to explore with", async () => {
    const teacher = {
      ...rule,
      observationSize: 1,
      actionSpace: identityOfNumbers.actionSpace,
      decide: (seen: Float32Array, _: number, out: Float32Array) => out.set(seen),
    };
    const { policy } = await train(options(identityOfNumbers, { teacher, params: { epochs: 4, minLogStd: -1.5 } }));
    expect(policy.explain(Float32Array.of(0.4)).standardDeviation![0]).toBeCloseTo(Math.exp(-1.5), 2);
    expect(policy.explain(Float32Array.of(0.4)).mean![0]).toBeCloseTo(0.4, 1);
  });
});

describe("as SAC's actor", () => {
  const repeat: Policy = {
    observationSchema: "repeat",
    observationSize: 1,
    actionSpace: identityOfNumbers.actionSpace,
    decide: (seen, _, out) => out.set(seen),
  };
  const returnOfNumbers = (policy: Policy) => evaluatePolicy(policy, toyEnvironment(identityOfNumbers, 10), 10, 7).meanReturn;
  const params = { squashed: true, hidden: [32, 32], normaliseObservations: false };

  test("does what was done, and SAC goes on from there", async () => {
    const clone = await train(options(identityOfNumbers, { teacher: repeat, params }));
    expect(returnOfNumbers(clone.policy)).toBeGreaterThan(90);
    const sac: TrainOptions = {
      algorithm: "sac",
      params: { hidden: [32, 32], learningStarts: 100, gamma: 0 },
      environment: toyEnvironment(identityOfNumbers, 1),
      totalSteps: 110,
      seed: 2,
      clock: manualClock(),
    };
    const { policy } = await train({ ...sac, initialWeights: { from: clone.weights(), allowPartial: true } });
    expect(returnOfNumbers(policy)).toBeGreaterThan(70);
    expect(returnOfNumbers((await train(sac)).policy)).toBeLessThan(50);
  });

  test("the likelihood is that of the squashed normal, with the gradient that differences give", () => {
    const space = { kind: "box", size: 2, low: -2, high: 4 } as const;
    const network = squashedActorCritic({ observationSize: 2, actionSpace: space, hidden: [4], minLogStd: -3 }, new Random(5));
    const seen = input("seen", [3, 2]);
    const outputs = network.actor(seen);
    const logProb = network.distribution(outputs).logProb(input("action", [3, 2]));
    const feeds = { seen: [1, -2, 0.5, 0.3, -1, 2], action: [0.3, -1.2, 3.7, 2.2, 4, 1] };
    const [head, got] = interpret([outputs.head, logProb], feeds);
    for (let row = 0; row < 3; row++) {
      const expected = [0, 1].reduce((sum, column) => {
        const a = Math.min((feeds.action[2 * row + column]! - 1) / 3, 0.999);
        const [mean, logDeviation] = [head![4 * row + column]!, head![4 * row + 2 + column]!];
        const normal = -0.5 * ((Math.atanh(a) - mean) / Math.exp(logDeviation)) ** 2 - logDeviation - 0.5 * Math.log(2 * Math.PI);
        return sum + normal - Math.log(1 - a ** 2 + 1e-6);
      }, 0);
      expect(got![row]).toBeCloseTo(expected, 10);
    }
    const tensors = Object.values(network.parameters.tensors).filter(({ attributes }) => attributes.name.startsWith("actor/"));
    const held = Object.fromEntries(tensors.map(({ attributes: { name, data } }) => [name, [...data]]));
    interpret(gradient(logProb.mean(), tensors), { ...held, ...feeds }).forEach((flow, index) => {
      const expected = centralDifferences(logProb.mean(), tensors[index]!.attributes.name, { ...held, ...feeds });
      flow.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[at]!))));
    });
  });

  test("over choices it is refused by name", async () => {
    await expect(train(options(cartPole, { teacher: rule, params: { squashed: true } }))).rejects.toMatchObject({
      path: "params.squashed",
    });
  });
});

describe("from records", () => {
  test("does what was recorded, also elsewhere", async () => {
    const { policy, steps, curve } = await train(options(cartPole, { teacher: records(1000), totalSteps: 20_000 }));
    expect(steps).toBe(20_000);
    expect(curve[0]!.returnMean).toBeNull();
    expect(agreement(policy)).toBeGreaterThan(0.95);
  });

  test("stopped, saved and resumed it reaches the very same weights", async () => {
    const environment = () => toyEnvironment(cartPole, 1);
    const given = { teacher: records(100), totalSteps: 400 };
    const learners = [0, 1].map(() =>
      cloning.start({ environment: environment(), seed: 1, teacher: given.teacher }, parseParams(cloning.params, {})),
    );
    const [one, other] = learners as [(typeof learners)[0], (typeof learners)[0]];
    one.begin();
    one.learn(1);
    const { arrays, values } = one.save();
    other.restore({
      arrays: Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, data.slice()])),
      values: JSON.parse(JSON.stringify(values)),
    });
    one.learn(1);
    other.learn(1);
    expect(other.save().arrays).toEqual(one.save().arrays);
    learners.forEach((learner) => learner.close());
  });

  test.each<[string, Demonstrations]>([
    ["nothing", { observations: new Float32Array(0), actions: new Float32Array(0) }],
    ["fewer observations than actions", { observations: new Float32Array(4), actions: new Float32Array(2) }],
    ["a number that is none", { observations: Float32Array.of(1, 2, NaN, 4), actions: new Float32Array(1) }],
    ["a choice that is none", { observations: new Float32Array(4), actions: Float32Array.of(2) }],
  ])("of %s it does not learn", async (_, teacher) => {
    await expect(train(options(cartPole, { teacher }))).rejects.toMatchObject({ code: "config/invalid", path: "teacher" });
  });
});

test("without a teacher, or with one of another kind, there is nothing to imitate", async () => {
  await expect(train(options(cartPole, {}))).rejects.toMatchObject({ code: "config/invalid", path: "teacher" });
  await expect(train(options(identityOfNumbers, { teacher: rule }))).rejects.toMatchObject({ code: "config/invalid", path: "teacher" });
});

test("the loss is -log π - 0.001 · entropy + l2 · ½‖θ‖², and its gradient what differences give", () => {
  const random = new Random(6);
  const network = actorCritic({ observationSize: 2, actionSpace: { kind: "discrete", count: 2 }, hidden: [4] }, random);
  const { loss, watched } = cloningLoss(network, 2, 3, { entropyCoef: 1e-3, l2Coef: 0.1, valueCoef: 0 });
  const feeds = { observation: [1, -2, 0.5, 0.3, -1, 2], action: [1, 0, 0, 1, 1, 0] };
  const tensors = Object.values(network.parameters.tensors);
  const [total, policyLoss, entropy] = interpret([loss, watched.policyLoss, watched.entropy], feeds);
  const squares = network.parameters.flat.attributes.data.reduce((sum, value) => sum + value ** 2, 0);
  expect(total![0]).toBeCloseTo(policyLoss![0]! - 1e-3 * entropy![0]! + 0.05 * squares, 6);
  const held = Object.fromEntries(tensors.map(({ attributes: { name, data } }) => [name, [...data]]));
  interpret(gradient(loss, tensors), { ...held, ...feeds }).forEach((got, index) => {
    const expected = centralDifferences(loss, tensors[index]!.attributes.name, { ...held, ...feeds });
    got.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[at]!))));
  });
});

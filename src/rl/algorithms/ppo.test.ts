import { describe, expect, test } from "vitest";
import { manualClock, parseParams, Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { adam, compile, gradient, input, type Tensor } from "../../graph/index.ts";
import { topologicalOrder } from "../../graph/tensor.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { actorCritic } from "../policies/index.ts";
import { toyEnvironment, type Toy } from "../testing/toy-environment.ts";
import { cartPole, endless, identityOfNumbers } from "../testing/toys.ts";
import { train } from "../train.ts";
import ppo, { ppoLoss, valueLossOf } from "./ppo.ts";

const params = (given: Record<string, unknown> = {}) => parseParams(ppo.params, given);

/** A small network, its loss on a minibatch, and numbers for the minibatch away from the kinks of the loss. */
function minibatch(actionSpace: Space, size: number, given: Record<string, unknown>) {
  const random = new Random(6);
  const network = actorCritic({ ...params(given), observationSize: 3, actionSpace, hidden: [5] }, random);
  const { tensors } = network.parameters;
  for (const tensor of Object.values(tensors))
    tensor.attributes.data.forEach((value, at, data) => (data[at] = value + 0.3 * random.normal()));
  const { loss, watched } = ppoLoss(network, 3, size, params(given));
  const draw = (count: number, scale: number) => Array.from({ length: count }, () => scale * random.normal());
  const action =
    actionSpace.kind === "box"
      ? draw(size * actionSpace.size, 1)
      : Array.from({ length: size }, () => oneHot(random.below(actionSpace.count), actionSpace.count)).flat();
  const feeds: Record<string, number[]> = {
    observation: draw(3 * size, 1),
    action,
    logProb: new Array<number>(size).fill(0),
    advantage: draw(size, 1),
    valueTarget: draw(size, 1),
    value: draw(size, 1),
    clipCoef: [0.2],
  };
  const logRatio = leaf(loss, "logProb");
  // With a past log-probability of 0 the ratio's logarithm is the present one; offsets put the ratios on all sides of the clip.
  const present = interpret(gradientFree(loss), feeds)[0]!;
  feeds.logProb = [...present].map((value, at) => value - Math.log([0.5, 0.9, 1.1, 1.6][at % 4]!));
  return { network, loss, watched, feeds, logRatio };
}

const oneHot = (choice: number, count: number) => Array.from({ length: count }, (_, other) => Number(other === choice));

const leaf = (output: Tensor, name: string): Tensor =>
  topologicalOrder([output]).find(({ op, attributes }) => op === "input" && (attributes as { name: string }).name === name)!;

/** The node from which the past log-probability is subtracted: the present one. */
function gradientFree(loss: Tensor): Tensor[] {
  const past = leaf(loss, "logProb");
  return [topologicalOrder([loss]).find(({ op, inputs }) => op === "sub" && inputs[1] === past)!.inputs[0]!];
}

describe.each<[string, Space]>([
  ["choices", { kind: "discrete", count: 3 }],
  ["numbers", { kind: "box", size: 2, low: -1, high: 1 }],
])("the loss over %s", (_, space) => {
  test.each([
    {},
    { entropyCoef: 0.01 },
    { clipRangeVf: 0.3, valueCoef: 1, entropyCoef: 0.2 },
    { annealClipCoef: true, sharedBody: true },
    { preset: "cleanrl" },
    ...(space.kind === "box" ? [{ useSde: true, logStdInit: -1 }] : []),
  ])("has the gradient that differences give: %o", (given) => {
    const { network, loss, feeds } = minibatch(space, 8, given);
    const tensors = Object.values(network.parameters.tensors);
    const held = Object.fromEntries(tensors.map(({ attributes: { name, data } }) => [name, [...data]]));
    // Exploration that depends on the state does not train what it is a function of.
    const frozen = (name: string) => "useSde" in given && name.startsWith("actor/0/");
    interpret(gradient(loss, tensors), { ...held, ...feeds }).forEach((got, index) => {
      if (frozen(tensors[index]!.attributes.name)) return;
      const expected = centralDifferences(loss, tensors[index]!.attributes.name, { ...held, ...feeds });
      got.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[at]!))));
    });
  });

  test("gives in one compiled run what the reference gives: update and everything watched", () => {
    const { network, loss, watched, feeds } = minibatch(space, 8, { entropyCoef: 0.01 });
    const optimizer = adam(network.parameters, { epsilon: 1e-5, maxGradNorm: 0.5 });
    const { gradientNorm, assign } = optimizer.minimise(loss);
    const program = compile({ outputs: { gradientNorm, ...watched }, assign });
    for (const name in program.inputs) if (feeds[name]) program.inputs[name]!.set(feeds[name]);
    optimizer.schedule(program.inputs, 0, 1, 1e-3);
    const tensors = [gradientNorm, ...Object.values(watched), assign[0]![1]];
    const expected = interpret(tensors, {
      ...feeds,
      "adam/stepScale": program.inputs["adam/stepScale"]!,
      "adam/dampening": program.inputs["adam/dampening"]!,
    });
    program.run();
    program.commit();
    const got = [
      program.outputs.gradientNorm,
      ...Object.keys(watched).map((name) => program.outputs[name as keyof typeof watched]),
      network.parameters.flat.attributes.data,
    ];
    expected.forEach((numbers, index) => numbers.forEach((value, at) => expect(got[index]![at]).toBeCloseTo(value, 5)));
  });
});

test.each([
  { advantage: 1, ratio: 1.5, objective: 1.2, slope: 0 },
  { advantage: 1, ratio: 0.5, objective: 0.5, slope: 1 },
  { advantage: -1, ratio: 1.5, objective: -1.5, slope: -1 },
  { advantage: -1, ratio: 0.5, objective: -0.8, slope: 0 },
])("the clipped objective at advantage $advantage and ratio $ratio", ({ advantage, ratio, objective, slope }) => {
  const { watched, loss, feeds } = minibatch({ kind: "discrete", count: 2 }, 1, {});
  const present = interpret(gradientFree(loss), feeds)[0]![0]!;
  const given = { ...feeds, advantage: [advantage], logProb: [present - Math.log(ratio)] };
  const [value, byPast] = interpret([watched.policyLoss, ...gradient(watched.policyLoss, [leaf(loss, "logProb")])], given);
  expect(-value![0]!).toBeCloseTo(objective, 12);
  expect(byPast![0]! / ratio).toBeCloseTo(slope, 12); // ∂ratio/∂(past log-probability) = -ratio, and the loss is the negative objective.
});

test("watches the third estimator of the divergence and the share that is clipped", () => {
  const { watched, feeds } = minibatch({ kind: "discrete", count: 3 }, 8, {});
  const [approxKl, clipFraction] = interpret([watched.approxKl, watched.clipFraction], feeds);
  const expected = [0.5, 0.9, 1.1, 1.6].reduce((sum, ratio) => sum + (ratio - 1 - Math.log(ratio)) / 4, 0);
  expect(approxKl![0]).toBeCloseTo(expected, 12);
  expect(clipFraction![0]).toBe(0.5);
});

/** The value a critic gives to the one observation of the endless toy after training. */
async function endlessValue(toy: Toy, more: Record<string, unknown> = {}): Promise<number> {
  const given = { ...more, gamma: 0.9, nSteps: 128, learningRate: 3e-3, normaliseRewards: false, normaliseObservations: false };
  const { policy } = await train({
    algorithm: "ppo",
    params: given,
    environment: toyEnvironment(toy, 4),
    totalSteps: 20_000,
    seed: 1,
    clock: manualClock(),
  });
  return policy.explain(Float32Array.of(1)).value;
}

test("an endless reward of 1 is worth 1 / (1 - γ) where episodes are truncated, and less where they terminate", async () => {
  expect(Math.abs((await endlessValue({ ...endless, limit: 4 })) - 10)).toBeLessThan(0.3);
  const ending: Toy = { ...endless, step: (state) => ({ reward: 1, terminated: ++state[0]! % 4 === 0 }) };
  expect(Math.abs((await endlessValue(ending)) - (1 + 1.9 + 2.71 + 3.439) / 4)).toBeLessThan(0.3);
});

function learnerOf(toy: Toy, given: Record<string, unknown>) {
  const environment = toyEnvironment(toy, 1);
  environment.reset(1);
  const learner = ppo.start({ environment, seed: 1 }, params(given));
  learner.begin();
  return learner;
}

test("a target for the divergence ends a round's updates before the step that would go beyond it", () => {
  const given = { nSteps: 64, batchSize: 32, epochs: 5, learningRate: 1e-2 };
  const updates = (targetKl: number | null) => {
    const learner = learnerOf(cartPole, { ...given, targetKl });
    learner.learn(1);
    return (learner.save().values as { updates: number }).updates;
  };
  expect(updates(null)).toBe(10);
  expect(updates(1e9)).toBe(10);
  expect(updates(1e-9)).toBe(1); // The first minibatch is scored by the policy that drew it: no divergence yet.
});

test("without a target, minibatches updated from in one run give the weights of one run each", () => {
  const given = { nSteps: 100, batchSize: 32, epochs: 3 };
  const weights = (targetKl: number | null) => {
    const learner = learnerOf(cartPole, { ...given, targetKl });
    learner.learn(1);
    return learner.save().arrays.parameters!;
  };
  const [together, apart] = [weights(null), weights(1e9)];
  together.forEach((value, at) => expect(value).toBeCloseTo(apart[at]!, 6));
});

test("a gradient that is not finite stops training and leaves the weights as they were", () => {
  const huge: Toy = {
    ...identityOfNumbers,
    step: (state, action, random) => ({ ...identityOfNumbers.step(state, action, random), reward: 1e30 }),
  };
  const learner = learnerOf(huge, { nSteps: 64, normaliseRewards: false });
  const before = learner.save().arrays.parameters!.slice();
  expect(() => learner.learn(1)).toThrow(
    expect.objectContaining({ code: "training/not-finite", message: expect.stringContaining("gradient of update 1 ") }),
  );
  expect(learner.save().arrays.parameters).toEqual(before);
});

test("the learning rate falls to 0 where it is asked to", () => {
  const learner = learnerOf(cartPole, { nSteps: 64, annealLearningRate: true });
  const before = learner.save().arrays.parameters!.slice();
  learner.learn(0);
  expect(learner.save().arrays.parameters).toEqual(before);
});

test("CleanRL's value loss is half the larger of the clipped and the unclipped", () => {
  const valueLoss = (given: Record<string, unknown>, value: number, old: number, target: number) => {
    const all = params(given);
    const node = valueLossOf(input("given", [1, 1]), 1, all);
    return interpret([node], { given: [value], value: [old], valueTarget: [target] })[0]![0]!;
  };
  const cleanrl = { preset: "cleanrl" };
  expect(valueLoss(cleanrl, 1, 0, 2)).toBeCloseTo(0.5 * 1.8 ** 2, 12); // The clipped value 0.2 is further off.
  expect(valueLoss(cleanrl, 1, 0, 0.1)).toBeCloseTo(0.5 * 0.9 ** 2, 12);
  expect(valueLoss({}, 1, 0, 2)).toBeCloseTo(1, 12);
  expect(valueLoss({ clipRangeVf: 0.5 }, 1, 0, 2)).toBeCloseTo(1.5 ** 2, 12);
});

test("CleanRL takes a truncation for an end", async () => {
  expect(Math.abs((await endlessValue({ ...endless, limit: 4 }, { preset: "cleanrl" })) - (1 + 1.9 + 2.71 + 3.439) / 4)).toBeLessThan(0.3);
});

test("CleanRL looks at the divergence after a pass", () => {
  const learner = learnerOf(cartPole, { preset: "cleanrl", nSteps: 64, batchSize: 32, epochs: 5, learningRate: 1e-2, targetKl: 1e-9 });
  learner.learn(1);
  expect((learner.save().values as { updates: number }).updates).toBe(2);
});

test("the clip falls to 0 where it is asked to: nothing moves a ratio that is 1 but what the first update leaves", () => {
  const moved = (given: Record<string, unknown>) => {
    const learner = learnerOf(cartPole, { nSteps: 64, batchSize: 64, epochs: 20, learningRate: 1e-2, valueCoef: 0, ...given });
    return learner.learn(1e-6).approxKl!;
  };
  expect(moved({ annealClipCoef: true })).toBeLessThan(0.3 * moved({}));
});

test("learns to repeat a number by exploration that depends on the state", async () => {
  const { policy } = await train({
    algorithm: "ppo",
    params: { nSteps: 128, learningRate: 1e-3, gamma: 0, useSde: true, sdeSampleFreq: 4, logStdInit: -1 },
    environment: toyEnvironment(identityOfNumbers, 4),
    totalSteps: 24_000,
    seed: 1,
    clock: manualClock(),
  });
  expect(evaluatePolicy(policy, toyEnvironment(identityOfNumbers, 10), 10, 3).meanReturn).toBeGreaterThan(90);
  expect(policy.explain(Float32Array.of(0.9)).standardDeviation![0]).toBeGreaterThan(0);
});

test("threads are a matter of speed, not of numbers", async () => {
  const weights = async (threads: number) => {
    const environment = toyEnvironment(cartPole, 4);
    const given = { nSteps: 64, batchSize: 128, epochs: 2, threads };
    return (await train({ algorithm: "ppo", params: given, environment, totalSteps: 1024, seed: 3, clock: manualClock() })).weightsSha256;
  };
  expect(await weights(2)).toBe(await weights(1));
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { manualClock, parseParams, Random } from "../../base/index.ts";
import type { ExplainingPolicy, Space } from "../../env/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { adam, compile, concat, constant, gradient, input } from "../../graph/index.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { loadPolicy } from "../model-folder.ts";
import { encodePolicy, openPolicy, recurrentPolicyNetwork } from "../network-policy.ts";
import { ObservationNormaliser } from "../normaliser.ts";
import { estimateOf } from "../on-policy/experience.ts";
import { standardise } from "../on-policy/minibatch-updates.ts";
import { RecurrentExperience } from "../on-policy/recurrent-experience.ts";
import { compactPlan, sequencePlan } from "../on-policy/sequences.ts";
import { recurrentActorCritic } from "../policies/index.ts";
import { type Toy, toyEnvironment } from "../testing/toy-environment.ts";
import { cartPole, endless } from "../testing/toys.ts";
import { train } from "../train.ts";
import { clippedObjective, valueLossOf } from "./ppo.ts";
import recurrentPpo, { recurrentLoss, takeSequences, weighRows } from "./recurrent-ppo.ts";

const folder = mkdtempSync(join(tmpdir(), "recurrent-"));
afterAll(() => rmSync(folder, { recursive: true }));

const choices: Space = { kind: "discrete", count: 3 };
const numbers: Space = { kind: "box", size: 2, low: -1, high: 1 };
const params = (given: Record<string, unknown> = {}) => parseParams(recurrentPpo.params, { memorySize: 3, hidden: [4], ...given });

function networkOf(actionSpace: Space, given: Record<string, unknown> = {}) {
  const random = new Random(6);
  const network = recurrentActorCritic({ ...params(given), observationSize: 2, actionSpace }, random);
  for (const { attributes } of Object.values(network.parameters.tensors))
    attributes.data.forEach((value, at, data) => (data[at] = value + 0.3 * random.normal()));
  return network;
}

/** Three environments of five steps, drawn at random, with episodes that start here and there; time-major. */
function round(actionSpace: Space, stateSize: number) {
  const random = new Random(9);
  const rows = 15;
  const draw = (count: number, scale = 1) => Array.from({ length: count }, () => scale * random.normal());
  const oneHot = () => {
    const choice = random.below(3);
    return [0, 1, 2].map((other) => Number(other === choice));
  };
  const action = Array.from({ length: rows }, () => (actionSpace.kind === "box" ? draw(2) : oneHot())).flat();
  return {
    observation: draw(2 * rows),
    action,
    logProb: draw(rows, 0.3).map((value) => value - 1.2),
    advantage: draw(rows),
    valueTarget: draw(rows),
    value: draw(rows),
    episodeStart: Array.from({ length: rows }, () => Number(random.uniform() < 0.3)),
    state: draw(stateSize * rows),
  };
}

type Round = ReturnType<typeof round>;

const widthOf = (data: readonly number[]) => data.length / 15;

const take = (data: readonly number[], rows: ArrayLike<number>): number[] =>
  Array.from(rows).flatMap((row) =>
    row < 0 ? new Array<number>(widthOf(data)).fill(0) : data.slice(row * widthOf(data), (row + 1) * widthOf(data)),
  );

/** A minibatch in the fixed shape, as the algorithm feeds it. */
function feedsOf(data: Round, batch: Int32Array, steps: number): Record<string, number[]> {
  const { state, advantage, ...rest } = data;
  const inputs = { weight: new Float32Array(batch.length), advantage: Float32Array.from(take(advantage, batch)) };
  weighRows(inputs, batch, 1);
  return {
    ...Object.fromEntries(Object.entries(rest).map(([name, column]) => [name, take(column, batch)])),
    state: take(
      state,
      batch.filter((_, at) => at % steps === 0),
    ),
    weight: [...inputs.weight],
    advantage: [...inputs.advantage],
  };
}

/** The loss over the same rows the way sb3-contrib makes it: a sequence of its own from each episode's start, of its own length. */
function ragged(network: ReturnType<typeof networkOf>, data: Round, batch: Int32Array, steps: number, given: Record<string, unknown>) {
  const real = batch.filter((row) => row >= 0);
  const sequences: number[][] = [];
  batch.forEach((row, at) => {
    if (row < 0) return;
    if (at % steps === 0 || data.episodeStart[row] === 1) sequences.push([]);
    sequences.at(-1)!.push(row);
  });
  const column = (name: keyof Round, rows: ArrayLike<number>) => constant(take(data[name], rows), [rows.length, widthOf(data[name])]);
  const outputs = sequences.map((rows) => {
    const first = rows.slice(0, 1);
    const state = data.episodeStart[first[0]!] === 1 ? constant(0, [1, network.stateSize]) : column("state", first);
    return network.run({ observation: column("observation", rows), steps: rows.length, state });
  });
  const joined = (name: "head" | "value") =>
    concat(
      outputs.map((output) => output[name]),
      0,
    );
  const advantage = Float32Array.from(take(data.advantage, real));
  standardise(advantage, 1);
  const distribution = network.distribution({ head: joined("head") });
  const logRatio = distribution.logProb(column("action", real)).sub(column("logProb", real));
  const { policyLoss } = clippedObjective(logRatio, constant(advantage, [real.length, 1]), params(given));
  const valueLoss = valueLossOf(joined("value"), real.length, { preset: "sb3", clipRangeVf: null, clipCoef: 0.2 });
  const loss = policyLoss.add(valueLoss.mul(0.5)).sub(distribution.entropy().mean().mul(0.01));
  return { loss, feeds: { valueTarget: take(data.valueTarget, real) } };
}

describe.each([
  ["choices, two memories", choices, {}],
  ["numbers, one memory", numbers, { sharedMemory: true }],
  ["choices, gated recurrent units", choices, { memory: "gru" }],
] as const)("the loss over %s", (_, space, given) => {
  const spec = { count: 3, nSteps: 5, batchSize: 8, sequenceLength: null };
  const plan = sequencePlan(spec);
  const more = { ...given, entropyCoef: 0.01 };
  const network = networkOf(space, more);
  const tensors = Object.values(network.parameters.tensors);
  const data = round(space, network.stateSize);
  const { loss } = recurrentLoss(network, 2, plan, params(more));

  test("is that of sequences which begin at each episode's start and are not padded, and so is its gradient", () => {
    const order = plan.arrange(new Random(3));
    const size = plan.sequences * plan.steps;
    for (let from = 0; from < order.length; from += size) {
      const batch = order.slice(from, from + size);
      const theirs = ragged(network, data, batch, plan.steps, more);
      const [ours, expected] = [
        interpret([loss, ...gradient(loss, tensors)], feedsOf(data, batch, plan.steps)),
        interpret([theirs.loss, ...gradient(theirs.loss, tensors)], theirs.feeds),
      ];
      // Weights and standardised advantages are float32.
      ours.forEach((values, index) => values.forEach((value, at) => expect(value).toBeCloseTo(expected[index]![at]!, 6)));
    }
  });

  test("has the gradient that differences give", () => {
    const feeds = feedsOf(data, plan.arrange(new Random(4)).slice(0, plan.sequences * plan.steps), plan.steps);
    const held = Object.fromEntries(tensors.map(({ attributes: { name, data: numbersOf } }) => [name, [...numbersOf]]));
    // The actor's memory is trained by the actor alone, even where the critic reads it.
    const actorLoss = recurrentLoss(network, 2, plan, params({ ...more, valueCoef: 0 })).loss;
    interpret(gradient(loss, tensors), { ...held, ...feeds }).forEach((got, index) => {
      const { name } = tensors[index]!.attributes;
      const expected = centralDifferences(name.startsWith("actor/") ? actorLoss : loss, name, { ...held, ...feeds });
      got.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[at]!))));
    });
  });

  test("gives in one compiled run what the reference gives", () => {
    const own = networkOf(space, more);
    const { loss: compiled, watched } = recurrentLoss(own, 2, plan, params(more));
    const optimizer = adam(own.parameters, { epsilon: 1e-5, maxGradNorm: 0.5 });
    const { gradientNorm, assign } = optimizer.minimise(compiled);
    const program = compile({ outputs: { gradientNorm, ...watched }, assign });
    const feeds = feedsOf(data, plan.arrange(new Random(5)).slice(0, plan.sequences * plan.steps), plan.steps);
    for (const name in program.inputs) if (feeds[name]) program.inputs[name]!.set(feeds[name]);
    optimizer.schedule(program.inputs, 0, 1, 1e-3);
    const expected = interpret([gradientNorm, ...Object.values(watched), assign[0]![1]], { ...feeds, ...program.inputs });
    program.run();
    program.commit();
    const got = [
      program.outputs.gradientNorm,
      ...Object.keys(watched).map((name) => program.outputs[name as keyof typeof watched]),
      own.parameters.flat.attributes.data,
    ];
    expected.forEach((values, index) => values.forEach((value, at) => expect(got[index]![at]).toBeCloseTo(value, 5)));
    program.close();
  });
});

describe.each([
  ["choices, two memories", choices, { memorySize: 3 }, { nSteps: 5, batchSize: 8, sequenceLength: null }],
  ["numbers, one memory", numbers, { memorySize: 4, sharedMemory: true }, { nSteps: 5, batchSize: 8, sequenceLength: null }],
  ["choices, sequences of two steps", choices, { memorySize: 4 }, { nSteps: 4, batchSize: 6, sequenceLength: 2 }],
] as const)("sequences one behind the other: the loss over %s", (_, space, given, shape) => {
  const [padded, compact] = [sequencePlan({ count: 3, ...shape }), compactPlan({ count: 3, ...shape })];
  const more = { ...given, entropyCoef: 0.01 };
  const network = networkOf(space, more);
  const tensors = Object.values(network.parameters.tensors);
  const data = round(space, network.stateSize);

  /** A minibatch as the algorithm feeds it. */
  function feedsOfCompact(batch: Int32Array): Record<string, number[]> {
    const starts = { state: new Float32Array(compact.sequences * network.stateSize), lengths: new Float32Array(compact.sequences) };
    takeSequences(starts, Float32Array.from(data.state), batch, 1, compact);
    return { ...feedsOf(data, batch, batch.length), state: [...starts.state], lengths: [...starts.lengths] };
  }

  test("is that of padded ones, and so is its gradient, compiled too", () => {
    const [{ loss }, { loss: expectedLoss }] = [compact, padded].map((plan) => recurrentLoss(network, 2, plan, params(more))) as [
      ReturnType<typeof recurrentLoss>,
      ReturnType<typeof recurrentLoss>,
    ];
    const results = [loss, ...gradient(loss, tensors)];
    const program = compile<string>({ outputs: Object.fromEntries(results.map((result, at) => [`out${at}`, result])) });
    const [order, paddedOrder] = [compact.arrange(new Random(3)), padded.arrange(new Random(3))];
    const size = padded.sequences * padded.steps;
    expect(order.length / compact.rows).toBe(paddedOrder.length / size);
    for (let minibatch = 0; minibatch * compact.rows < order.length; minibatch++) {
      const feeds = feedsOfCompact(order.slice(minibatch * compact.rows, (minibatch + 1) * compact.rows));
      const paddedFeeds = feedsOf(data, paddedOrder.slice(minibatch * size, (minibatch + 1) * size), padded.steps);
      const expected = interpret([expectedLoss, ...gradient(expectedLoss, tensors)], paddedFeeds);
      for (const name in program.inputs) program.inputs[name]!.set(feeds[name]!);
      program.run();
      interpret(results, feeds).forEach((values, index) =>
        values.forEach((value, at) => {
          expect(value).toBeCloseTo(expected[index]![at]!, 6);
          expect(program.outputs[`out${index}`]![at]).toBeCloseTo(value, 5);
        }),
      );
    }
    program.close();
  });
});

test("padding counts neither in means nor in advantages", () => {
  const inputs = { weight: new Float32Array(6), advantage: Float32Array.of(1, 4, 99, 7, 99, 99) };
  weighRows(inputs, Int32Array.of(3, 5, -1, 8, -1, -1), 1);
  [1 / 3, 1 / 3, 0, 1 / 3, 0, 0].forEach((weight, at) => expect(inputs.weight[at]).toBeCloseTo(weight, 7));
  [-1, 0, 99, 1, 99, 99].forEach((advantage, at) => expect(inputs.advantage[at]).toBeCloseTo(advantage, 6));
});

test("what is scored when learning begins is what acted: the first update sees no divergence", () => {
  const environment = toyEnvironment(cartPole, 4);
  environment.reset(1);
  const given = { nSteps: 32, batchSize: 128, epochs: 1, learningRate: 1e-9, memorySize: 16 };
  const learner = recurrentPpo.start({ environment, seed: 1 }, params(given));
  learner.begin();
  for (let turn = 0; turn < 3; turn++) {
    const { approxKl, clipFraction } = learner.learn(1);
    expect(Math.abs(approxKl!)).toBeLessThan(1e-6);
    expect(clipFraction).toBe(0);
  }
  learner.close();
});

/** Shows how many steps have passed; episodes are cut off after five. */
const counting: Toy = {
  ...endless,
  name: "counting",
  limit: 5,
  observationSize: 2,
  observe: ([age], out) => out.set([age! / 5, 1]),
  step: (state) => ({ reward: ++state[0]!, terminated: false }),
};

test("an episode that is cut off is worth what its final observation is to one who remembers it whole", () => {
  const environment = toyEnvironment(counting, 2);
  environment.reset(1);
  const network = networkOf({ kind: "discrete", count: 2 });
  const plain = { normaliseObservations: false, normaliseRewards: false, useSde: false, sdeSampleFreq: null };
  const experience = new RecurrentExperience({ ...plain, environment, network, nSteps: 12, gamma: 0.9, random: new Random(2) });
  experience.gather();
  const estimate = estimateOf(24);
  experience.estimate({ gamma: 0.9, gaeLambda: 0 }, estimate);
  const ages = [0, 1, 2, 3, 4, 5];
  const { value } = network.run({
    observation: constant(
      ages.flatMap((age) => [age / 5, 1]),
      [6, 2],
    ),
    steps: 6,
    state: constant(0, [1, network.stateSize]),
  });
  const values = interpret([value])[0]!;
  for (let row = 0; row < 24; row++) {
    const age = Math.floor(row / 2) % 5;
    expect(experience.values[row]).toBeCloseTo(values[age]!, 5);
    expect(estimate.valueTargets[row]).toBeCloseTo(age + 1 + 0.9 * values[age + 1]!, 5);
  }
  experience.close();
});

test("an endless reward of 1 is worth 1 / (1 - γ) though episodes are cut off", async () => {
  const given = { gamma: 0.9, nSteps: 64, batchSize: 256, sequenceLength: 8, learningRate: 1e-2, memorySize: 8 };
  const { policy } = await train({
    algorithm: "recurrent-ppo",
    params: { ...given, normaliseRewards: false, normaliseObservations: false },
    environment: toyEnvironment({ ...endless, limit: 4 }, 4),
    totalSteps: 20_000,
    seed: 1,
    clock: manualClock(),
  });
  expect(Math.abs(policy.explain(Float32Array.of(1)).value - 10)).toBeLessThan(0.5);
});

describe("the exported policy", () => {
  const network = networkOf(numbers);
  const normaliser = new ObservationNormaliser(2);
  normaliser.update(Float32Array.of(1, 5, 3, 9, 2, 2));
  const written = recurrentPolicyNetwork(network, 2, numbers, normaliser);
  const shape = { observationSchema: "s", observationSize: 2, actionSpace: numbers, stateSize: network.stateSize };
  const open = () => openPolicy(encodePolicy(written, "test"), shape);
  const steps = 6;
  const shown = Float32Array.from({ length: 2 * steps }, (_, at) => 3 + 2 * Math.sin(5 * at));

  /** Heads of one sequence from nothing, in float64. */
  function heads(raw: Float32Array): Float64Array {
    const normalised = new Float32Array(raw.length);
    normaliser.apply(raw, 0, raw.length, normalised, 0);
    const observation = input("seen", [raw.length / 2, 2]);
    const { head } = network.run({ observation, steps: raw.length / 2, state: constant(0, [1, network.stateSize]) });
    return interpret([head], { seen: normalised })[0]!;
  }

  const play = (policy: ExplainingPolicy, raw: Float32Array) => {
    const out = new Float32Array(2);
    return Array.from({ length: raw.length / 2 }, (_, step) => {
      policy.decide(raw.subarray(2 * step, 2 * step + 2), 1, out);
      return [...out];
    }).flat();
  };

  const close = (got: readonly number[], expected: Float64Array) =>
    got.forEach((value, at) => expect(value).toBeCloseTo(Math.min(Math.max(expected[at]!, -1), 1), 5));

  test("remembers from step to step as the network does, until it is made to forget", () => {
    const policy = open().fresh!();
    close(play(policy, shown), heads(shown));
    const later = shown.subarray(4);
    policy.forget(0);
    close(play(policy, later), heads(later));
    expect([...heads(later)]).not.toEqual([...heads(shown).subarray(4)]);
  });

  test("remembers each row for itself", () => {
    const policy = open().fresh!();
    const out = new Float32Array(4);
    const [first, second] = [shown, shown.toReversed()];
    const got: number[][] = [[], []];
    for (let step = 0; step < steps; step++) {
      const both = Float32Array.of(...first.subarray(2 * step, 2 * step + 2), ...second.subarray(2 * step, 2 * step + 2));
      if (step === 3) policy.forget(1);
      policy.decide(both, 2, out);
      got[0]!.push(...out.subarray(0, 2));
      got[1]!.push(...out.subarray(2));
    }
    close(got[0]!, heads(first));
    close(got[1]!.slice(0, 6), heads(second).subarray(0, 6));
    close(got[1]!.slice(6), heads(second.slice(6)));
  });

  test("one who plays it does not disturb another, and an explanation moves nothing", () => {
    const policy = open();
    const [one, other] = [policy.fresh!(), policy.fresh!()];
    play(one, shown);
    close(play(other, shown), heads(shown));
    const before = other.explain(shown.subarray(0, 2));
    expect(other.explain(shown.subarray(0, 2))).toEqual(before);
    expect(before.mean).not.toEqual(one.explain(shown.subarray(2, 4)).mean);
    expect(before.standardDeviation).toHaveLength(2);
  });
});

/** Shows a choice once, and asks for it four steps later. */
const recall: Toy = {
  name: "recall",
  stateSize: 2,
  observationSize: 3,
  actionSpace: { kind: "discrete", count: 2 },
  limit: 5,
  start: (state, random) => state.set([random.below(2), 0]),
  observe: ([cue, age], out) => out.set([age === 0 ? 2 * cue! - 1 : 0, Number(age === 4), 1]),
  step(state, { 0: action }) {
    const asked = state[1]! === 4;
    state[1]!++;
    return { reward: asked ? Number(action === state[0]) : 0, terminated: asked };
  },
};

test("learns what only one who remembers can, saves it, and loads it", { timeout: 60_000 }, async () => {
  const given = { nSteps: 50, batchSize: 100, sequenceLength: 10, epochs: 6, learningRate: 3e-3, gamma: 0.9 };
  const trained = async (algorithm: string, more: Record<string, unknown>) =>
    train({ algorithm, params: more, environment: toyEnvironment(recall, 8), totalSteps: 16_000, seed: 2, clock: manualClock() });
  const returnOf = (policy: ExplainingPolicy) => evaluatePolicy(policy, toyEnvironment(recall, 7), 100, 5).meanReturn;
  const agent = await trained("recurrent-ppo", { ...given, memorySize: 16, hidden: [16] });
  expect(returnOf(agent.policy)).toBe(1);
  const { sequenceLength: _, ...memoryless } = given;
  expect(returnOf((await trained("ppo", memoryless)).policy)).toBeLessThan(0.7);
  const home = join(folder, "recall");
  agent.save(home, {});
  expect(returnOf(await loadPolicy(home))).toBe(1);
});

test.each([{ nSteps: 30 }, { batchSize: 40 }])("sequences that do not fit are refused: %o", (given) => {
  const environment = toyEnvironment(cartPole, 2);
  const all = parseParams(recurrentPpo.params, { nSteps: 32, batchSize: 32, sequenceLength: 16, ...given });
  expect(() => recurrentPpo.start({ environment, seed: 1 }, all)).toThrow(
    expect.objectContaining({ code: "config/invalid", path: "params.sequenceLength" }),
  );
});

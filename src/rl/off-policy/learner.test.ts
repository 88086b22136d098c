import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { manualClock, parseParams } from "../../base/index.ts";
import type { Learner } from "../algorithm.ts";
import { Random } from "../../base/index.ts";
import { toyEnvironment, type Toy } from "../testing/toy-environment.ts";
import { identityOfNumbers, pendulum } from "../testing/toys.ts";
import { train } from "../train.ts";
import { type OffPolicyMethod, offPolicyParams, startOffPolicy } from "./learner.ts";

const folder = mkdtempSync(join(tmpdir(), "off-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A method that does nothing but write down when it is asked for what. */
function recorded(
  toy: Toy,
  count: number,
  given: Record<string, unknown>,
): { learner: Learner; log: string[]; taken: number[]; memory: () => Float32Array } {
  const [log, taken]: [string[], number[]] = [[], []];
  const environment = toyEnvironment(
    { ...toy, step: (state, action, random) => (taken.push(action[0]!), toy.step(state, action, random)) },
    count,
  );
  environment.reset(1);
  const method: OffPolicyMethod = {
    act: (_, actions) => (log.push("act"), void actions.fill(0.9)),
    update: (updates, scale) => void log.push(`update ${updates} ${scale}`),
    diagnostics: () => ({ policyLoss: 1, valueLoss: 2, entropy: null, approxKl: null, explainedVariance: null, clipFraction: null }),
    network: () => ({ outputs: {}, descriptions: {}, weights: [] }),
    arrays: {},
    parameters: [],
    resetTargets: () => void log.push("targets"),
    updates: 0,
    close: () => undefined,
  };
  const learner = startOffPolicy({ environment, seed: 1 }, parseParams(offPolicyParams, given), () => method);
  learner.begin();
  return { learner, log, taken, memory: () => learner.save().arrays["replay/actions"]! };
}

test("uniform actions come first, and updates after every few steps once there are enough", () => {
  const { learner, log, taken } = recorded(identityOfNumbers, 2, { learningStarts: 8, trainFreq: 3, gradientSteps: 5, roundSteps: 7 });
  expect(learner.stepsPerRound).toBe(18); // 7 steps are rounded up to 9, of two environments.
  learner.learn(1);
  // Steps 1–8 are random; after 6 there are not more than 8, after 12 and 18 there are.
  expect(log).toEqual(["targets", "act", "act", "update 5 1", "act", "act", "act", "update 5 1"]);
  expect(new Set(taken.slice(0, 8)).size).toBe(8);
  expect(taken.slice(8).every((action) => Math.abs(action - 0.9) < 1e-6)).toBe(true);
});

test("as many updates as steps where that is asked for, at a rate that falls", () => {
  const { learner, log } = recorded(identityOfNumbers, 3, {
    learningStarts: 0,
    trainFreq: 2,
    gradientSteps: null,
    roundSteps: 2,
    annealLearningRate: true,
  });
  learner.learn(0.25);
  expect(log.at(-1)).toBe("update 6 0.25");
});

test("noise is added to random actions too, clipped to [-1, 1] and only then scaled to the environment's bounds", () => {
  const { learner, taken, memory } = recorded(pendulum, 1, {
    learningStarts: 500,
    actionNoise: "normal",
    actionNoiseStd: 0.5,
    roundSteps: 1000,
  });
  learner.learn(1);
  const kept = memory();
  expect(Math.max(...kept)).toBe(1);
  expect(Math.min(...kept)).toBe(-1);
  kept.forEach((action, at) => expect(taken[at]).toBeCloseTo(2 * action, 6));
  expect(kept.subarray(0, 500).filter((action) => Math.abs(action) === 1).length).toBeGreaterThan(50);
  const explored = kept.subarray(500).filter((action) => action < 1); // Of 0.9 with noise of 0.5 the upper part is cut.
  expect(explored.length / 500).toBeCloseTo(0.58, 1);
});

test("draws of warm-up are uniform over the whole range", () => {
  const { learner, taken } = recorded(pendulum, 1, { learningStarts: 4000, roundSteps: 4000 });
  learner.learn(1);
  expect(taken.reduce((sum, action) => sum + action, 0) / 4000).toBeCloseTo(0, 0.8);
  expect(taken.filter((action) => action > 1).length / 4000).toBeCloseTo(0.25, 1.5);
});

test("an environment without bounds on its actions is refused", () => {
  const boundless: Toy = { ...identityOfNumbers, actionSpace: { kind: "box", size: 1, low: -Infinity, high: Infinity } };
  expect(() => recorded(boundless, 1, {})).toThrow(expect.objectContaining({ code: "config/invalid", path: "algorithm" }));
});

test.each(["sac", "td3", "ddpg"])(
  "%s resumes to the very same weights with all that can be kept: noise, statistics, sums of rewards",
  async (algorithm) => {
    const params = {
      hidden: [8, 8],
      batchSize: 8,
      learningStarts: 20,
      roundSteps: 20,
      bufferSize: 90, // Goes round while training.
      nSteps: 3,
      actionNoise: "ornstein-uhlenbeck",
      normaliseObservations: true,
      normaliseRewards: true,
    };
    const given = () => ({
      algorithm,
      params,
      environment: toyEnvironment({ ...pendulum, limit: 13 }, 2),
      totalSteps: 240,
      seed: 5,
      clock: manualClock(),
    });
    const whole = await train(given());
    const checkpoint = { folder: join(folder, algorithm), everySteps: 40 };
    await train({ ...given(), totalSteps: 120, checkpoint });
    const resumed = await train({ ...given(), resumeFrom: checkpoint.folder });
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(resumed.curve.at(-1)!.valueLoss).toBe(whole.curve.at(-1)!.valueLoss);
  },
);

test("the statistics that a policy was trained with are part of it", async () => {
  const params = { hidden: [8, 8], batchSize: 8, normaliseObservations: true, roundSteps: 100 };
  const far: Toy = { ...identityOfNumbers, observe: (state, out) => out.set([1000 + state[0]!]) };
  const { policy } = await train({
    algorithm: "sac",
    params,
    environment: toyEnvironment(far, 1),
    totalSteps: 200,
    seed: 5,
    clock: manualClock(),
  });
  const random = new Random(1);
  const values = Array.from({ length: 20 }, () => policy.explain(Float32Array.of(1000 + random.uniform())).value);
  expect(values.every((value) => Math.abs(value) < 100)).toBe(true);
  expect(policy.explain(Float32Array.of(0)).value).toBe(policy.explain(Float32Array.of(-500)).value); // Both beyond the clip.
});

test.each(["sac", "td3", "ddpg"])("%s begins with another agent's weights, and targets follow from them", async (algorithm) => {
  const params = { hidden: [8, 8], batchSize: 8, learningStarts: 100, normaliseObservations: true };
  const given = { algorithm, environment: toyEnvironment(pendulum, 1), clock: manualClock() };
  const first = await train({ ...given, params, totalSteps: 200, seed: 1 });
  const start = (learningStarts: number) =>
    train({ ...given, params: { ...params, learningStarts }, totalSteps: 200, seed: 2, initialWeights: { from: first.weights() } });
  const second = await start(1000); // Nothing is learned yet, and only the statistics go on.
  const names = Object.keys(first.weights().tensors);
  expect(names).toContain("actor/0/weight");
  expect(names).toContain("critic0/0/weight");
  for (const name of names) expect(second.weights().tensors[name]!.data).toEqual(first.weights().tensors[name]!.data);
  expect((await start(100)).weights().tensors["critic0/0/weight"]!.data).not.toEqual(first.weights().tensors["critic0/0/weight"]!.data);
});

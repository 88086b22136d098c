import { describe, expect, test } from "vitest";
import { algorithms } from "../rl/index.ts";
import { auditLearning } from "./audit-learning.ts";
import { defineExperiment } from "./experiment.ts";

// The positive control of every algorithm: told the next bar's return, it has to come near the one-bar oracle within 60,000 steps.

const choices = { actions: "short-flat-long" };
const target = { actions: "target-position" };
const onPolicy = { nSteps: 256, batchSize: 256, entropyCoef: 0.005 };
const offPolicy = {
  hidden: [64, 64],
  batchSize: 100,
  gamma: 0.9,
  learningRate: 1e-3,
  learningStarts: 1000,
  normaliseObservations: true,
  normaliseRewards: true,
};

const controls: readonly [name: string, params: Record<string, unknown>, actions: { readonly actions: string }][] = [
  ["ppo", onPolicy, target],
  ["a2c", {}, choices],
  ["a2c", { gamma: 0.9, nSteps: 16, learningRate: 1e-3 }, target],
  ["ppo-lagrangian", onPolicy, choices],
  ["recurrent-ppo", { nSteps: 128, batchSize: 256, memorySize: 32, hidden: [32], gamma: 0.9 }, choices],
  ["sac", offPolicy, target],
  ["td3", { ...offPolicy, actionNoise: "normal" }, target],
  ["ddpg", { ...offPolicy, actionNoise: "normal" }, target],
];

/** It has no reward to learn from: it imitates, and its suite asks for that. */
const withoutReward = "behaviour-cloning";

describe("told the next bar's return", () => {
  test.each(controls)(
    "%s %j comes near the oracle with %j",
    async (name, params, actions) => {
      const experiment = defineExperiment({
        algorithm: { name, params },
        environment: { environment: { name: "single-asset", params: actions }, episode: { maxSteps: 252 } },
      });
      const { control } = await auditLearning({ experiment, seeds: [1], walks: 0 });
      expect(control[0]!.share).toBeGreaterThanOrEqual(0.9);
    },
    300_000,
  );

  test("every algorithm that learns from rewards is among them", () => {
    const controlled = new Set([...controls.map(([name]) => name), withoutReward]);
    expect(Object.keys(algorithms).filter((name) => !controlled.has(name))).toEqual([]);
  });
});

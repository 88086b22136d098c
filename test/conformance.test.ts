import { describe, expect, test } from "vitest";
import { rows } from "../bench/conformance/rows.ts";
import { systemClock } from "../src/base/index.ts";
import { conformanceEnvironment, conformanceProblems, evaluatePolicy, train } from "../src/rl/index.ts";

// One seed of what `npm run bench -- conformance` trains ten of, smaller where the result allows it.

interface Lesson {
  readonly row: string;
  readonly reach: number;
  readonly totalSteps?: number;
  readonly params?: Record<string, unknown>;
}

const small = { hidden: [64, 64], batchSize: 100 };
// The settings of sb3-contrib's own test, which are surer than the zoo's.
const remembering = {
  nSteps: 128,
  batchSize: 256,
  epochs: 10,
  learningRate: 7e-4,
  annealLearningRate: false,
  annealClipCoef: false,
  maxGradNorm: 1,
  gamma: 0.99,
  gaeLambda: 0.98,
  memorySize: 64,
  hidden: [64],
  activation: "tanh",
  orthogonalInit: true,
};
const lessons: readonly Lesson[] = [
  { row: "ppo-cartpole", reach: 475 },
  { row: "ppo-acrobot", reach: -100, totalSteps: 300_000 },
  { row: "a2c-cartpole", reach: 400, totalSteps: 200_000 },
  { row: "sac-pendulum", reach: -170, totalSteps: 10_000, params: small },
  { row: "td3-pendulum", reach: -170, totalSteps: 20_000, params: { ...small, learningStarts: 1000 } },
  { row: "ddpg-pendulum", reach: -200, totalSteps: 20_000, params: { ...small, learningStarts: 1000 } },
  { row: "recurrent-ppo-cartpole-masked", reach: 450, totalSteps: 50_000, params: remembering },
];

describe("learns what the reference implementations learn", () => {
  test.each(lessons)(
    "$row to $reach",
    async ({ row: name, reach, totalSteps, params }) => {
      const row = rows.find((each) => each.name === name)!;
      const dynamics = conformanceProblems[row.problem];
      const { policy } = await train({
        algorithm: row.algorithm,
        params: { ...row.params, ...params },
        environment: conformanceEnvironment(dynamics, row.environments),
        totalSteps: totalSteps ?? row.totalSteps,
        seed: 1,
        clock: systemClock,
      });
      expect(evaluatePolicy(policy, conformanceEnvironment(dynamics, 10), 50, 1001).meanReturn).toBeGreaterThanOrEqual(reach);
    },
    600_000,
  );
});

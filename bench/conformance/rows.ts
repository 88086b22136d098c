import type { conformanceProblems } from "../../src/rl/conformance/index.ts";

/** One line of the conformance table: an algorithm on a problem with the reference's hyperparameters. */
export interface Row {
  readonly name: string;
  readonly algorithm: string;
  readonly problem: keyof typeof conformanceProblems;
  readonly environments: number;
  readonly totalSteps: number;
  readonly params: Record<string, unknown>;
  /** What was published: mean ± standard deviation over episodes of one training run (rl-baselines3-zoo, `benchmark.md`), or as `source` says. */
  readonly published: string;
  /** What is asked of the mean over seeds; `each` asks it of every seed. */
  readonly reach?: number;
  readonly each?: boolean;
  readonly note?: string;
}

const plain = { normaliseObservations: false, normaliseRewards: false };
const normalised = { normaliseObservations: true, normaliseRewards: true };
const poleWithoutDice = {
  nSteps: 32,
  batchSize: 256,
  gaeLambda: 0.8,
  gamma: 0.98,
  epochs: 20,
  learningRate: 1e-3,
  annealLearningRate: true,
  clipCoef: 0.2,
  annealClipCoef: true,
};
const zooOffPolicy = {
  gamma: 0.98,
  bufferSize: 200_000,
  learningStarts: 10_000,
  actionNoise: "normal",
  actionNoiseStd: 0.1,
  learningRate: 1e-3,
  hidden: [400, 300],
};
const car = { actionNoise: "ornstein-uhlenbeck", actionNoiseStd: 0.5, learningRate: 1e-3, batchSize: 256, hidden: [400, 300] };
const rememberingPole = { ...poleWithoutDice, memorySize: 64, hidden: [64], activation: "relu", orthogonalInit: false };

/** The table of rl-baselines3-zoo for the problems that are here, one row an algorithm and problem. */
export const rows: readonly Row[] = [
  {
    name: "ppo-cartpole",
    algorithm: "ppo",
    problem: "cartPole",
    environments: 8,
    totalSteps: 100_000,
    params: { ...plain, ...poleWithoutDice },
    published: "500 ± 0",
    reach: 475,
    each: true,
  },
  {
    name: "ppo-acrobot",
    algorithm: "ppo",
    problem: "acrobot",
    environments: 16,
    totalSteps: 1_000_000,
    params: { ...normalised, nSteps: 256, batchSize: 64, gaeLambda: 0.94, epochs: 4 },
    published: "-73.5 ± 18.2",
    reach: -100,
  },
  {
    name: "ppo-pendulum",
    algorithm: "ppo",
    problem: "pendulum",
    environments: 4,
    totalSteps: 100_000,
    params: { ...plain, nSteps: 1024, gamma: 0.9, learningRate: 1e-3, useSde: true, sdeSampleFreq: 4 },
    published: "-172.2 ± 104.2",
  },
  {
    name: "ppo-mountain-car",
    algorithm: "ppo",
    problem: "mountainCarContinuous",
    environments: 1,
    totalSteps: 20_000,
    params: {
      ...normalised,
      nSteps: 8,
      batchSize: 256,
      gamma: 0.9999,
      learningRate: 7.77e-5,
      entropyCoef: 0.00429,
      clipCoef: 0.1,
      gaeLambda: 0.9,
      maxGradNorm: 5,
      valueCoef: 0.19,
      useSde: true,
      logStdInit: -3.29,
      orthogonalInit: false,
    },
    published: "88.3 ± 2.6",
  },
  {
    name: "a2c-cartpole",
    algorithm: "a2c",
    problem: "cartPole",
    environments: 8,
    totalSteps: 500_000,
    params: plain,
    published: "500 ± 0",
  },
  {
    name: "a2c-acrobot",
    algorithm: "a2c",
    problem: "acrobot",
    environments: 16,
    totalSteps: 500_000,
    params: normalised,
    published: "-83.4 ± 17.2",
  },
  {
    name: "a2c-mountain-car",
    algorithm: "a2c",
    problem: "mountainCarContinuous",
    environments: 4,
    totalSteps: 100_000,
    params: { ...normalised, nSteps: 100, useSde: true, sdeSampleFreq: 16, logStdInit: 0, orthogonalInit: false },
    published: "91.2 ± 0.3",
  },
  {
    name: "a2c-pendulum",
    algorithm: "a2c",
    problem: "pendulum",
    environments: 8,
    totalSteps: 1_000_000,
    params: {
      ...normalised,
      nSteps: 8,
      gaeLambda: 0.9,
      gamma: 0.9,
      valueCoef: 0.4,
      annealLearningRate: true,
      useSde: true,
      logStdInit: -2,
      orthogonalInit: false,
    },
    published: "-163.0 ± 103.2",
  },
  {
    name: "sac-pendulum",
    algorithm: "sac",
    problem: "pendulum",
    environments: 1,
    totalSteps: 20_000,
    params: { learningRate: 1e-3 },
    published: "-157.0 ± 88.7",
    reach: -170,
  },
  {
    name: "sac-mountain-car",
    algorithm: "sac",
    problem: "mountainCarContinuous",
    environments: 1,
    totalSteps: 50_000,
    params: {
      learningRate: 3e-4,
      bufferSize: 50_000,
      batchSize: 512,
      entropyCoef: 0.1,
      trainFreq: 32,
      gradientSteps: 32,
      gamma: 0.9999,
      tau: 0.01,
      learningStarts: 0,
      useSde: true,
      logStdInit: -3.67,
      hidden: [64, 64],
    },
    published: "94.7 ± 1.1",
  },
  {
    name: "td3-pendulum",
    algorithm: "td3",
    problem: "pendulum",
    environments: 1,
    totalSteps: 20_000,
    params: zooOffPolicy,
    published: "-151.9 ± 90.2",
    reach: -170,
  },
  {
    name: "td3-mountain-car",
    algorithm: "td3",
    problem: "mountainCarContinuous",
    environments: 1,
    totalSteps: 300_000,
    params: car,
    published: "93.5 ± 0.1",
  },
  {
    name: "ddpg-pendulum",
    algorithm: "ddpg",
    problem: "pendulum",
    environments: 1,
    totalSteps: 20_000,
    params: zooOffPolicy,
    published: "-152.1 ± 94.3",
  },
  {
    name: "ddpg-mountain-car",
    algorithm: "ddpg",
    problem: "mountainCarContinuous",
    environments: 1,
    totalSteps: 300_000,
    params: car,
    published: "93.5 ± 0.05",
  },
  {
    name: "recurrent-ppo-cartpole-masked",
    algorithm: "recurrent-ppo",
    problem: "cartPoleWithoutVelocity",
    environments: 8,
    totalSteps: 100_000,
    params: { ...normalised, ...rememberingPole },
    published: "500 ± 0",
    reach: 450,
  },
  {
    name: "recurrent-ppo-pendulum-masked",
    algorithm: "recurrent-ppo",
    problem: "pendulumWithoutVelocity",
    environments: 4,
    totalSteps: 100_000,
    params: { ...normalised, nSteps: 1024, gamma: 0.9, learningRate: 1e-3, useSde: true, sdeSampleFreq: 4, memorySize: 64 },
    published: "-217.9 ± 140.1",
  },
  {
    name: "recurrent-ppo-mountain-car-masked",
    algorithm: "recurrent-ppo",
    problem: "mountainCarContinuousWithoutVelocity",
    environments: 8,
    totalSteps: 300_000,
    params: {
      ...normalised,
      nSteps: 1024,
      batchSize: 256,
      gamma: 0.9999,
      learningRate: 7.77e-5,
      useSde: true,
      sdeSampleFreq: 8,
      memorySize: 32,
    },
    published: "91.5 ± 1.8",
  },
];

import { pathToFileURL } from "node:url";
import { conformanceEnvironment, conformanceProblems } from "../src/rl/index.ts";
import { bestOfThree, jobOf, ownFigure, type Training, trainingOf } from "./learn/training.ts";
import type { Benchmark } from "./main.ts";

const recurrent = trainingOf(jobOf("ppo/recurrent"));

/** sb3-contrib's own test of memory: CartPole without velocities, LSTM-64 for actor and critic; episodes are short at first. */
const remembering: Training = {
  algorithm: "recurrent-ppo",
  environment: () => conformanceEnvironment(conformanceProblems.cartPoleWithoutVelocity, 8),
  params: {
    nSteps: 128,
    batchSize: 256,
    epochs: 10,
    learningRate: 7e-4,
    gaeLambda: 0.98,
    maxGradNorm: 1,
    memorySize: 64,
    hidden: [],
    criticHidden: [64],
    orthogonalInit: false,
  },
  totalSteps: 20 * 1024,
  warmUpSteps: 2 * 1024,
};

const advantageActorCritic: Training = {
  algorithm: "a2c",
  environment: () => conformanceEnvironment(conformanceProblems.cartPole, 8),
  params: {},
  totalSteps: 40_000,
  warmUpSteps: 4000,
};

/** Training speed on-policy: steps a second while it runs, or seconds from beginning to end. */
export const benchmarks: readonly Benchmark[] = [
  { name: "a2c/default", unit: "steps/s", run: () => bestOfThree(advantageActorCritic, "steps/s") },
  { name: "ppo/pendulum", unit: "s", run: () => ownFigure(jobOf("ppo/pendulum")) },
  { name: "ppo/recurrent", unit: "steps/s", run: () => ownFigure(jobOf("ppo/recurrent")) },
  {
    name: "ppo/recurrent-32",
    unit: "steps/s",
    run: () => bestOfThree({ ...recurrent, params: { ...recurrent.params, sequenceLength: 32 } }, "steps/s"),
  },
  { name: "ppo/recurrent-cart-pole", unit: "steps/s", run: () => bestOfThree(remembering, "steps/s") },
];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, unit, run } of benchmarks) console.log(`${name}: ${((await run()) as number).toPrecision(4)} ${unit}`);
}

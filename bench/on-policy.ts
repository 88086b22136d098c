import { pathToFileURL } from "node:url";
import { systemClock } from "../src/base/index.ts";
import { conformanceEnvironment, conformanceProblems } from "../src/rl/conformance/index.ts";
import { train } from "../src/rl/index.ts";
import type { Benchmark } from "./main.ts";

/** One training, and what of it is told. */
interface Job {
  readonly algorithm: string;
  readonly problem: keyof typeof conformanceProblems;
  readonly count: number;
  readonly params: Record<string, unknown>;
  readonly totalSteps: number;
}

/** Seconds that a training takes from beginning to end, compiling included, and steps a second without its first tenth. */
async function timed({ problem, count, ...job }: Job): Promise<{ readonly seconds: number; readonly stepsPerSecond: number }> {
  const environment = conformanceEnvironment(conformanceProblems[problem], count);
  const marks: { readonly steps: number; readonly at: number }[] = [];
  const begun = systemClock.elapsed();
  await train({
    ...job,
    environment,
    seed: 1,
    clock: systemClock,
    onProgress: ({ steps }) => marks.push({ steps, at: systemClock.elapsed() }),
  });
  const seconds = (systemClock.elapsed() - begun) / 1000;
  const [first, last] = [marks[Math.floor(marks.length / 10)]!, marks.at(-1)!];
  return { seconds, stepsPerSecond: (1000 * (last.steps - first.steps)) / (last.at - first.at) };
}

async function threeTimes(job: Job) {
  return [await timed(job), await timed(job), await timed(job)];
}

const fastest = async (job: Job) => Math.max(...(await threeTimes(job)).map(({ stepsPerSecond }) => stepsPerSecond));
const shortest = async (job: Job) => Math.min(...(await threeTimes(job)).map(({ seconds }) => seconds));

/** sb3-contrib's own test of memory: CartPole without velocities, LSTM-64 for actor and critic. */
const remembering: Job = {
  algorithm: "recurrent-ppo",
  problem: "cartPoleWithoutVelocity",
  count: 8,
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
};

/** RLtools' example: two networks of 64×64 rectifiers, 4 environments of 1,024 steps, 2 passes by 256 rows. */
const pendulum: Job = {
  algorithm: "ppo",
  problem: "pendulum",
  count: 4,
  params: {
    nSteps: 1024,
    batchSize: 256,
    epochs: 2,
    activation: "relu",
    gamma: 0.9,
    learningRate: 1e-3,
    normaliseObservations: false,
    normaliseRewards: false,
  },
  totalSteps: 307_200,
};

const advantageActorCritic: Job = { algorithm: "a2c", problem: "cartPole", count: 8, params: {}, totalSteps: 40_000 };

/** Training speed on-policy on control problems: steps a second while it runs, or seconds from beginning to end. */
export const benchmarks: readonly Benchmark[] = [
  { name: "a2c/default", unit: "steps/s", run: () => fastest(advantageActorCritic) },
  { name: "ppo/pendulum", unit: "s", run: () => shortest(pendulum) },
  { name: "ppo/recurrent", unit: "steps/s", run: () => fastest(remembering) },
  {
    name: "ppo/recurrent-32",
    unit: "steps/s",
    run: () => fastest({ ...remembering, params: { ...remembering.params, sequenceLength: 32 } }),
  },
];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, unit, run } of benchmarks) console.log(`${name}: ${(await run()).toPrecision(4)} ${unit}`);
}

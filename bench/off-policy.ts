import { pathToFileURL } from "node:url";
import { systemClock } from "../src/base/index.ts";
import { conformanceEnvironment, conformanceProblems, train } from "../src/rl/index.ts";
import type { Benchmark } from "./main.ts";

/** Where the time of a training begins: the warm-up of uniform actions is over, and graphs are compiled. */
const warmUp = 200;

/** Milliseconds that so many steps of Pendulum take, an update each: acting, environment, memory and update, without compiling. */
async function milliseconds(algorithm: string, steps: number, params: Record<string, unknown>): Promise<number> {
  const marks = new Map<number, number>();
  await train({
    algorithm,
    params: { learningStarts: 100, roundSteps: 100, ...params },
    environment: conformanceEnvironment(conformanceProblems.pendulum, 1),
    totalSteps: warmUp + steps,
    seed: 1,
    clock: systemClock,
    onProgress: (progress) => marks.set(progress.steps, systemClock.elapsed()),
  });
  return marks.get(warmUp + steps)! - marks.get(warmUp)!;
}

/** The best of three: what else the machine does only ever takes away. */
async function bestOfThree(run: () => Promise<number>): Promise<number> {
  return Math.min(await run(), await run(), await run());
}

const small = { hidden: [64, 64], batchSize: 100, learningRate: 1e-3 };

/** Updates of SAC and TD3 on Pendulum, an update a step: RLtools' shape, two 64×64 networks and 100 rows, and Stable-Baselines3's. */
export const benchmarks: readonly Benchmark[] = [
  { name: "sac/small", unit: "s", run: async () => (await bestOfThree(() => milliseconds("sac", 10_000, small))) / 1000 },
  {
    name: "td3/small",
    unit: "s",
    run: async () => (await bestOfThree(() => milliseconds("td3", 10_000, { ...small, actionNoise: "normal" }))) / 1000,
  },
  {
    name: "sac/large",
    unit: "updates/s",
    run: async () => 1_000_000 / (await bestOfThree(() => milliseconds("sac", 1000, { hidden: [256, 256], batchSize: 256 }))),
  },
];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, unit, run } of benchmarks) console.log(`${name}: ${(await run()).toPrecision(4)} ${unit}`);
}

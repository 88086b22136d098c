import { pathToFileURL } from "node:url";
import { Random, systemClock } from "../src/base/index.ts";
import type { VectorEnvironment } from "../src/env/index.ts";
import { train } from "../src/rl/index.ts";

const observationSize = 64;
const episodeLength = 500;

/** An environment that costs next to nothing, so that what is measured is the learner: noise that the action moves a little. */
function leanEnvironment(count: number): VectorEnvironment {
  const noise = new Float32Array(1 << 16);
  const random = new Random(7);
  for (let at = 0; at < noise.length; at++) noise[at] = random.normal();
  const observations = new Float32Array(count * observationSize);
  const rewards = new Float32Array(count);
  const truncated = new Uint8Array(count);
  let cursor = 0;
  let age = 0;
  const show = () => {
    cursor = (cursor + observations.length + 1) % (noise.length - observations.length);
    observations.set(noise.subarray(cursor, cursor + observations.length));
  };
  return {
    count,
    observationSpace: { kind: "box", size: observationSize, low: -Infinity, high: Infinity },
    actionSpace: { kind: "discrete", count: 3 },
    observationSchema: "lean",
    observations,
    finalObservations: observations,
    rewards,
    terminated: new Uint8Array(count),
    truncated,
    reset: show,
    step(actions) {
      for (let index = 0; index < count; index++) rewards[index] = (actions[index]! - 1) * observations[index * observationSize]!;
      truncated.fill(Number(++age % episodeLength === 0));
      show();
    },
    save: () => ({ cursor, age }),
    restore: () => show(),
  };
}

/** Environment steps a second from first to last: acting, environment, advantages and updates, without compiling. */
async function stepsPerSecond(count: number, rounds: number, params: Record<string, unknown> & { nSteps: number }): Promise<number> {
  const marks: number[] = [];
  await train({
    algorithm: "ppo",
    params,
    environment: leanEnvironment(count),
    totalSteps: (rounds + 2) * count * params.nSteps,
    seed: 1,
    clock: systemClock,
    onProgress: () => marks.push(systemClock.elapsed()),
  });
  const seconds = (marks.at(-1)! - marks[1]!) / 1000; // The first two rounds compile graphs and warm the interpreter up.
  return (rounds * count * params.nSteps) / seconds;
}

/** The best of three trainings: what else the machine does only ever takes away. */
async function bestOfThree(train: () => Promise<number>): Promise<number> {
  return Math.max(await train(), await train(), await train());
}

const single = { nSteps: 2048, batchSize: 64, epochs: 10 };
const vector = { nSteps: 128, batchSize: 2048, epochs: 4 };

/**
 * Training speed of PPO at its defaults and over many environments: two 64×64 networks, 64 numbers observed, 3 choices. Large
 * minibatches may be updated from with two threads; whether that pays on a machine, `-two-threads` tells.
 */
export const benchmarks = [
  { name: "ppo/default", unit: "steps/s", run: () => bestOfThree(() => stepsPerSecond(1, 20, single)) },
  { name: "ppo/vector", unit: "steps/s", run: () => bestOfThree(() => stepsPerSecond(64, 30, vector)) },
  { name: "ppo/vector-two-threads", unit: "steps/s", run: () => bestOfThree(() => stepsPerSecond(64, 30, { ...vector, threads: 2 })) },
];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, unit, run } of benchmarks) console.log(`${name}: ${Math.round(await run()).toLocaleString("en")} ${unit}`);
}

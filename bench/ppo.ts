import { pathToFileURL } from "node:url";
import { bestOfThree, jobOf, ownFigure, trainingOf } from "./learn/training.ts";
import type { Benchmark } from "./main.ts";

const vector = trainingOf(jobOf("ppo/vector"));

/**
 * Training speed of PPO at its defaults and over many environments: two 64×64 networks, 64 numbers observed, 3 choices. Large
 * minibatches may be updated from with two threads; whether that pays on a machine, `-two-threads` tells.
 */
export const benchmarks: readonly Benchmark[] = [
  { name: "ppo/default", unit: "steps/s", run: () => ownFigure(jobOf("ppo/default")) },
  { name: "ppo/vector", unit: "steps/s", run: () => ownFigure(jobOf("ppo/vector")) },
  {
    name: "ppo/vector-two-threads",
    unit: "steps/s",
    run: () => bestOfThree({ ...vector, params: { ...vector.params, threads: 2 } }, "steps/s"),
  },
];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, unit, run } of benchmarks) console.log(`${name}: ${Math.round((await run()) as number).toLocaleString("en")} ${unit}`);
}

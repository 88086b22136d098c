import { pathToFileURL } from "node:url";
import { jobOf, ownFigure } from "./learn/training.ts";
import type { Benchmark } from "./main.ts";

/**
 * SAC and TD3 on Pendulum, an update a step, acting, environment and memory included, without compiling: RLtools' shape, two 64×64
 * networks and 100 rows, and Stable-Baselines3's.
 */
export const benchmarks: readonly Benchmark[] = ["sac/small", "td3/small", "sac/large"].map((name) => {
  const job = jobOf(name);
  return { name, unit: job.unit, run: () => ownFigure(job) };
});

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, unit, run } of benchmarks) console.log(`${name}: ${((await run()) as number).toPrecision(4)} ${unit}`);
}

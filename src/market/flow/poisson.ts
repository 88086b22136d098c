import type { Random } from "../../base/index.ts";

/** A Poisson draw: arrivals of a process of rate 1 before the time `mean`. */
export function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let time = -Math.log(1 - random.uniform()); time < mean; time -= Math.log(1 - random.uniform())) count++;
  return count;
}

import { z } from "zod";
import type { Random } from "../../base/index.ts";
import { diffusionBars, generator } from "../generator.ts";

/**
 * Merton's jump diffusion (1976): a geometric Brownian motion with `jumpsPerYear` jumps, normal in the log price with `jumpMean` and
 * `jumpDeviation`. The drift is compensated: prices are expected to grow by `drift` a year, jumps included.
 */
export default generator({
  name: "jump-diffusion",
  params: {
    drift: z.number().default(0.05),
    volatility: z.number().min(0).default(0.16),
    jumpsPerYear: z.number().min(0).max(10_000).default(10),
    jumpMean: z.number().default(-0.01),
    jumpDeviation: z.number().min(0).default(0.04),
  },
  generate: ({ drift, volatility, jumpsPerYear, jumpMean, jumpDeviation }, request) =>
    diffusionBars("jump-diffusion", request, 1, (random) => {
      const growthOfJump = Math.exp(jumpMean + jumpDeviation ** 2 / 2) - 1;
      const logDrift = drift - volatility ** 2 / 2 - jumpsPerYear * growthOfJump;
      return (years, logReturns) => {
        const count = poisson(random, jumpsPerYear * years);
        const jumps = count === 0 ? 0 : count * jumpMean + Math.sqrt(count) * jumpDeviation * random.normal();
        logReturns[0] = logDrift * years + volatility * Math.sqrt(years) * random.normal() + jumps;
      };
    }),
});

/** A Poisson draw by inversion, for small means. */
function poisson(random: Random, mean: number): number {
  let count = 0;
  let probability = Math.exp(-mean);
  for (let rest = random.uniform() - probability; rest >= 0 && probability > 0; rest -= probability) probability *= mean / ++count;
  return count;
}

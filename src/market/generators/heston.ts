import { z } from "zod";
import { diffusionBars, generator } from "../generator.ts";

/**
 * Stochastic volatility of Heston (1993): the variance per year returns to `longVariance` at rate `reversion`, itself as volatile as
 * `volatilityOfVariance`, and moves with the price by `correlation`, below 0 for the leverage effect. Euler's scheme with full
 * truncation (Lord, Koekkoek & van Dijk, 2010), eight steps a bar, from the long variance on.
 */
export default generator({
  name: "heston",
  params: {
    drift: z.number().default(0.05),
    reversion: z.number().positive().default(5),
    longVariance: z.number().positive().default(0.04),
    volatilityOfVariance: z.number().min(0).default(0.5),
    correlation: z.number().min(-1).max(1).default(-0.7),
  },
  generate: ({ drift, reversion, longVariance, volatilityOfVariance, correlation }, request) =>
    diffusionBars("heston", request, 1, (random) => {
      const independent = Math.sqrt(1 - correlation ** 2);
      let variance = longVariance;
      return (years, logReturns) => {
        const [now, shock] = [Math.max(0, variance), random.normal()];
        const root = Math.sqrt(now * years);
        logReturns[0] = (drift - now / 2) * years + root * shock;
        const varianceShock = correlation * shock + independent * random.normal();
        variance += reversion * (longVariance - now) * years + volatilityOfVariance * root * varianceShock;
      };
    }),
});

import { z } from "zod";
import { diffusionBars, generator } from "../generator.ts";

const regime = z.strictObject({ drift: z.number(), volatility: z.number().min(0), meanYears: z.number().positive() });

/**
 * Markov regimes (Hamilton, 1989): a geometric Brownian motion whose drift and volatility change with a hidden state. A state lasts
 * an exponential time of `meanYears` and is followed by any other alike; the first is drawn as often as each holds in the long run.
 */
export default generator({
  name: "regime-switching",
  params: {
    regimes: z
      .array(regime)
      .min(2)
      .default([
        { drift: 0.12, volatility: 0.12, meanYears: 2 },
        { drift: -0.2, volatility: 0.35, meanYears: 0.4 },
      ]),
  },
  generate: ({ regimes }, request) =>
    diffusionBars("regime-switching", request, 1, (random) => {
      let rest = random.uniform() * regimes.reduce((sum, { meanYears }) => sum + meanYears, 0);
      let state = regimes.findIndex(({ meanYears }) => (rest -= meanYears) < 0);
      return (years, logReturns) => {
        const { drift, volatility, meanYears } = regimes[state]!;
        logReturns[0] = (drift - volatility ** 2 / 2) * years + volatility * Math.sqrt(years) * random.normal();
        if (random.uniform() < -Math.expm1(-years / meanYears)) state = (state + 1 + random.below(regimes.length - 1)) % regimes.length;
      };
    }),
});

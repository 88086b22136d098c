import { z } from "zod";
import { diffusionBars, generator } from "../generator.ts";

/** Geometric Brownian motion (Samuelson, 1965): expected growth `drift` and volatility of the log price, both per year. */
export default generator({
  name: "gbm",
  params: { drift: z.number().default(0.05), volatility: z.number().min(0).default(0.2) },
  generate: ({ drift, volatility }, request) =>
    diffusionBars("gbm", request, 1, (random) => (years, logReturns) => {
      logReturns[0] = (drift - volatility ** 2 / 2) * years + volatility * Math.sqrt(years) * random.normal();
    }),
});

import { z } from "zod";
import { indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";
import { garchVariance } from "../regimes/garch.ts";

/**
 * GARCH(1,1) volatility of the next bar's log return (Bollerslev, 1986): √(ω + α·r² + β·h), h being the variance expected of the latest return
 * r; begun with ω / (1 − α − β), or with the first squared return where α + β ≥ 1; not annualised. `fitRegime` fits the parameters.
 */
export default indicator({
  name: "garch",
  params: {
    omega: z.number().gt(0).default(0.000002),
    alpha: z.number().gte(0).lt(1).default(0.08),
    beta: z.number().gte(0).lt(1).default(0.9),
  },
  inputs: ["close"],
  unit: "return",
  warmup: () => 1,
  start(model) {
    const logReturn = logReturns();
    const variance = garchVariance(model);
    let isFirst = true;
    return (close) => {
      const shock = logReturn(close);
      if (!isFirst) return Math.sqrt(variance(shock));
      isFirst = false;
      return NaN;
    };
  },
});

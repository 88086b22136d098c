import { z } from "zod";
import { indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";
import { delayed, seededMean } from "../smoothing.ts";

/**
 * RiskMetrics volatility per bar (1996): √ of the mean of squared log returns that forgets by `lambda` a bar, begun with the first; not
 * annualised.
 */
export default indicator({
  name: "ewma-volatility",
  params: { lambda: z.number().gt(0).lt(1).default(0.94) },
  inputs: ["close"],
  unit: "return",
  warmup: () => 1,
  start({ lambda }) {
    const logReturn = logReturns();
    const mean = delayed(1, seededMean(1, 1 - lambda));
    return (close) => Math.sqrt(mean(logReturn(close) ** 2));
  },
});

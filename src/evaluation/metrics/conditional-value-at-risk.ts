import { z } from "zod";
import { metric } from "../metric-definition.ts";
import { meanOf } from "../statistics/index.ts";

/** Mean return of the worst bars (expected shortfall). */
export default metric({
  name: "conditional-value-at-risk",
  label: "Conditional value at risk",
  unit: "share",
  formula: "mean of the ⌊(n − 1) × cutoff⌋ + 1 smallest r",
  source: "empyrical",
  params: { cutoff: z.number().gt(0).lt(1).default(0.05).describe("Probability of the tail") },
  of: ({ returns }, { cutoff }) =>
    meanOf(
      Float64Array.from(returns)
        .sort()
        .subarray(0, Math.floor((returns.length - 1) * cutoff) + 1),
    ),
});

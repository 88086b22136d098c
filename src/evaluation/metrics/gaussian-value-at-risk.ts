import { z } from "zod";
import { metric } from "../metric-definition.ts";
import { gaussianQuantile } from "../return-figures.ts";

/** Value at risk as if returns were normal. */
export default metric({
  name: "gaussian-value-at-risk",
  label: "Gaussian value at risk",
  unit: "share",
  formula: "mean + deviation × Φ⁻¹(cutoff)",
  source: "quantstats",
  params: { cutoff: z.number().gt(0).lt(1).default(0.05).describe("Probability of the tail") },
  of: ({ returns }, { cutoff }) => gaussianQuantile(returns, cutoff),
});

import { z } from "zod";
import { metric } from "../metric-definition.ts";
import { quantileOf } from "../statistics/index.ts";

/** A bar's return that is undercut with the given probability, as it happened. */
export default metric({
  name: "value-at-risk",
  label: "Value at risk",
  unit: "share",
  formula: "quantile of r at the cutoff, between neighbours in proportion",
  source: "empyrical",
  params: { cutoff: z.number().gt(0).lt(1).default(0.05).describe("Probability of the tail") },
  of: ({ returns }, { cutoff }) => quantileOf(returns, cutoff),
});

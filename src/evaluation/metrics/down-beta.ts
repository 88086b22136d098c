import { metric } from "../metric-definition.ts";
import { betaOf, falling } from "../relative-figures.ts";

/** Beta where the benchmark fell. */
export default metric({
  name: "down-beta",
  label: "Beta in falling markets",
  unit: "ratio",
  formula: "beta over the bars with f < 0",
  source: "empyrical",
  of: ({ returns, benchmark }) => betaOf(...falling(returns, benchmark)),
});

import { metric } from "../metric-definition.ts";
import { betaOf, rising } from "../relative-figures.ts";

/** Beta where the benchmark rose. */
export default metric({
  name: "up-beta",
  label: "Beta in rising markets",
  unit: "ratio",
  formula: "beta over the bars with f > 0",
  source: "empyrical",
  of: ({ returns, benchmark }) => betaOf(...rising(returns, benchmark)),
});

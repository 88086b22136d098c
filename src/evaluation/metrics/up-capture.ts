import { metric } from "../metric-definition.ts";
import { captureOf, rising } from "../relative-figures.ts";

/** How much of the benchmark's rises it makes. */
export default metric({
  name: "up-capture",
  label: "Up capture",
  unit: "ratio",
  formula: "capture over the bars with f > 0",
  source: "empyrical",
  of: ({ returns, benchmark, barsPerYear }) => captureOf(...rising(returns, benchmark), barsPerYear),
});

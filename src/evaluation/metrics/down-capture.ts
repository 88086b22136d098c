import { metric } from "../metric-definition.ts";
import { captureOf, falling } from "../relative-figures.ts";

/** How much of the benchmark's falls it bears. */
export default metric({
  name: "down-capture",
  label: "Down capture",
  unit: "ratio",
  formula: "capture over the bars with f < 0",
  source: "empyrical",
  of: ({ returns, benchmark, barsPerYear }) => captureOf(...falling(returns, benchmark), barsPerYear),
});

import { metric } from "../metric-definition.ts";
import { captureOf } from "../relative-figures.ts";

/** How much of the benchmark's annual return it makes. */
export default metric({
  name: "capture",
  label: "Capture",
  unit: "ratio",
  formula: "annual return ÷ the benchmark's",
  source: "empyrical",
  of: ({ returns, benchmark, barsPerYear }) => captureOf(returns, benchmark, barsPerYear),
});

import { metric } from "../metric-definition.ts";
import { correlationOf } from "../relative-figures.ts";

/** How much it moves with the benchmark. */
export default metric({
  name: "correlation",
  label: "Correlation",
  unit: "ratio",
  formula: "cov(r, f) ÷ (deviation of r × deviation of f)",
  source: "Pearson",
  of: ({ returns, benchmark }) => correlationOf(returns, benchmark),
});

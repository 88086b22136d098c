import { metric } from "../metric-definition.ts";
import { excessRatio } from "../relative-figures.ts";

/** Return above the benchmark for each unit of deviation from it, a bar. */
export default metric({
  name: "excess-sharpe",
  label: "Excess Sharpe ratio",
  unit: "ratio",
  formula: "mean(r − f) ÷ deviation of r − f (ddof 1), not annualised",
  source: "empyrical",
  of: ({ returns, benchmark }) => excessRatio(returns, benchmark),
});

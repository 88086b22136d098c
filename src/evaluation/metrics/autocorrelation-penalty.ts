import { metric } from "../metric-definition.ts";
import { autocorrelationPenalty } from "../return-figures.ts";

/** By how much returns that follow each other flatter a Sharpe ratio (Lo, 2002). */
export default metric({
  name: "autocorrelation-penalty",
  label: "Autocorrelation penalty",
  unit: "ratio",
  formula: "√(1 + 2 Σ_{k<n} ((n − k) ÷ n) |ρ₁|^k)",
  source: "quantstats",
  of: ({ returns }) => autocorrelationPenalty(returns),
});

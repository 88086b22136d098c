import { metric } from "../metric-definition.ts";
import { betaOf } from "../relative-figures.ts";

/** How much of the benchmark's moves it makes. */
export default metric({
  name: "beta",
  label: "Beta",
  unit: "ratio",
  formula: "cov(r − rf, f − rf) ÷ var(f − rf)",
  source: "empyrical",
  of: ({ returns, benchmark }) => betaOf(returns, benchmark),
});

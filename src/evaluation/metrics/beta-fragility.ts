import { metric } from "../metric-definition.ts";
import { betaFragility } from "../relative-figures.ts";

/** Whether it gains (above 0) or loses by large moves of the benchmark (Taleb et al., 2012). */
export default metric({
  name: "beta-fragility",
  label: "Beta fragility",
  unit: "share",
  formula: "rows by f: first, middle (⌊n/2⌋), last; (1 − w) r₁ + w r₃ − r₂ with w = (f₂ − f₁) ÷ (f₃ − f₁)",
  source: "empyrical",
  of: ({ returns, benchmark }) => betaFragility(returns, benchmark),
});

import { metric } from "../metric-definition.ts";
import { betaOf } from "../relative-figures.ts";
import { growthOf, over } from "../statistics/index.ts";

/** Return for each unit of beta (Treynor, 1965). */
export default metric({
  name: "treynor",
  label: "Treynor ratio",
  unit: "ratio",
  formula: "(total return − rf) ÷ beta, not annualised",
  source: "quantstats",
  of: ({ returns, benchmark, riskFree }) => over(growthOf(returns) - 1 - riskFree, betaOf(returns, benchmark)),
});

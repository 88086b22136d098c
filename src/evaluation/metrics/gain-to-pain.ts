import { metric } from "../metric-definition.ts";
import { gainToPain } from "../return-figures.ts";

/** What was earned for what was lost (Schwager). */
export default metric({
  name: "gain-to-pain",
  label: "Gain to pain",
  unit: "ratio",
  formula: "Σ(r − rf) ÷ |Σ losses of r − rf|",
  source: "quantstats",
  of: ({ returns, riskFree }) => gainToPain(returns, riskFree),
});

import { metric } from "../metric-definition.ts";
import { downsideRisk } from "../return-figures.ts";

/** Deviation of what falls short, over all bars. */
export default metric({
  name: "downside-risk",
  label: "Downside risk",
  unit: "share",
  formula: "√mean(min(r − rf, 0)²) × √A",
  source: "empyrical",
  of: ({ returns, riskFree, barsPerYear }) => downsideRisk(returns, riskFree, barsPerYear),
});

import { metric } from "../metric-definition.ts";
import { drawdownPath } from "../statistics/index.ts";

/** Deepest fall from a peak, the start being the first. */
export default metric({
  name: "max-drawdown",
  label: "Max drawdown",
  unit: "share",
  formula: "min(value ÷ highest value so far) − 1",
  source: "empyrical",
  of: ({ returns }) => (returns.length === 0 ? null : drawdownPath(returns).reduce((deepest, depth) => Math.min(deepest, depth), 0)),
});

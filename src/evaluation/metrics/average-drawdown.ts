import { metric } from "../metric-definition.ts";
import { drawdownsOf, meanOf } from "../statistics/index.ts";

/** How deep falls go on average; null where there was none. */
export default metric({
  name: "average-drawdown",
  label: "Average drawdown",
  unit: "share",
  formula: "mean depth of the stretches below an earlier peak",
  source: "quantstats",
  of: ({ returns }) => meanOf(drawdownsOf(returns).map(({ depth }) => depth)),
});

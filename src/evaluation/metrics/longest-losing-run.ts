import { metric } from "../metric-definition.ts";
import { longestRun } from "../return-figures.ts";

/** Most bars in a row that lost. */
export default metric({
  name: "longest-losing-run",
  label: "Longest losing run",
  unit: "bars",
  formula: "most bars in a row with r < 0",
  source: "quantstats",
  of: ({ returns }) => longestRun(returns, (value) => value < 0),
});

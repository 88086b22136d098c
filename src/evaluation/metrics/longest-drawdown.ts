import { metric } from "../metric-definition.ts";
import { drawdownsOf } from "../statistics/index.ts";

/** The longest time under water. */
export default metric({
  name: "longest-drawdown",
  label: "Longest drawdown",
  unit: "bars",
  formula: "most bars in a row below an earlier peak",
  source: "quantstats",
  of: ({ returns }) => (returns.length === 0 ? null : drawdownsOf(returns).reduce((longest, { bars }) => Math.max(longest, bars), 0)),
});

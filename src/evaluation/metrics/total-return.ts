import { metric } from "../metric-definition.ts";
import { growthOf } from "../statistics/index.ts";

/** What became of one unit of money, less the unit. */
export default metric({
  name: "total-return",
  label: "Total return",
  unit: "share",
  formula: "Π(1 + r) − 1",
  source: "empyrical",
  of: ({ returns }) => (returns.length === 0 ? null : growthOf(returns) - 1),
});

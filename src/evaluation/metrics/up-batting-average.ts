import { metric } from "../metric-definition.ts";
import { battingWhere } from "../relative-figures.ts";

/** How often it beat a benchmark that rose. */
export default metric({
  name: "up-batting-average",
  label: "Batting average in rising markets",
  unit: "share",
  formula: "of the bars with f ≥ 0 those with r > f",
  source: "empyrical",
  of: ({ returns, benchmark }) => battingWhere(returns, benchmark, (other) => other >= 0),
});

import { metric } from "../metric-definition.ts";
import { shareAbove } from "../relative-figures.ts";

/** How often it beat the benchmark. */
export default metric({
  name: "batting-average",
  label: "Batting average",
  unit: "share",
  formula: "bars with r > f ÷ n",
  source: "empyrical",
  of: ({ returns, benchmark }) => shareAbove(returns, benchmark),
});

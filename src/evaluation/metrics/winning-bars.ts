import { metric } from "../metric-definition.ts";
import { countOf } from "../return-figures.ts";
import { over } from "../statistics/index.ts";

/** How often a bar that moved was won. */
export default metric({
  name: "winning-bars",
  label: "Winning bars",
  unit: "share",
  formula: "bars with r > 0 ÷ bars with r ≠ 0",
  source: "quantstats",
  of: ({ returns }) =>
    over(
      countOf(returns, (value) => value > 0),
      countOf(returns, (value) => value !== 0),
    ),
});

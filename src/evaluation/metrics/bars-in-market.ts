import { metric } from "../metric-definition.ts";
import { countOf } from "../return-figures.ts";
import { over } from "../statistics/index.ts";

/** Share of the bars in which something was at stake, as returns show it (not rounded up, unlike quantstats). */
export default metric({
  name: "bars-in-market",
  label: "Bars in the market",
  unit: "share",
  formula: "bars with r ≠ 0 ÷ n",
  source: "quantstats",
  of: ({ returns }) =>
    over(
      countOf(returns, (value) => value !== 0),
      returns.length,
    ),
});

import { metric } from "../metric-definition.ts";
import { countOf } from "../return-figures.ts";
import { growthOf, over } from "../statistics/index.ts";

/** Annual return for the time in the market (risk-adjusted return). */
export default metric({
  name: "return-on-exposure",
  label: "Return on exposure",
  unit: "share",
  formula: "annual return ÷ bars in the market",
  source: "quantstats",
  of: ({ returns, barsPerYear }) =>
    over(
      growthOf(returns) ** (barsPerYear / returns.length) - 1,
      over(
        countOf(returns, (value) => value !== 0),
        returns.length,
      ),
    ),
});

import { metric } from "../metric-definition.ts";
import { meanOf, over, quantileOf } from "../statistics/index.ts";

/** How far the worst bars are from the usual bad ones. */
export default metric({
  name: "outlier-loss",
  label: "Outlier loss ratio",
  unit: "ratio",
  formula: "1 % quantile of r ÷ mean of r < 0",
  source: "quantstats",
  of: ({ returns }) => over(quantileOf(returns, 0.01), meanOf(returns.filter((value) => value < 0))),
});

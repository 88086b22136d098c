import { metric } from "../metric-definition.ts";
import { meanOf, over, quantileOf } from "../statistics/index.ts";

/** How far the best bars are from the usual good ones. */
export default metric({
  name: "outlier-win",
  label: "Outlier win ratio",
  unit: "ratio",
  formula: "99 % quantile of r ÷ mean of r ≥ 0",
  source: "quantstats",
  of: ({ returns }) => over(quantileOf(returns, 0.99), meanOf(returns.filter((value) => value >= 0))),
});

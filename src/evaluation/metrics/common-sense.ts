import { metric } from "../metric-definition.ts";
import { absolute, product, sumOf } from "../return-figures.ts";
import { over, quantileOf } from "../statistics/index.ts";

/** Profit factor and tails in one. */
export default metric({
  name: "common-sense",
  label: "Common sense ratio",
  unit: "ratio",
  formula: "profit factor × tail ratio",
  source: "quantstats",
  of: ({ returns }) =>
    product(
      over(sumOf(returns.filter((value) => value > 0)), -sumOf(returns.filter((value) => value < 0))),
      over(absolute(quantileOf(returns, 0.95)), absolute(quantileOf(returns, 0.05))),
    ),
});

import { metric } from "../metric-definition.ts";
import { payoffRatio, product, sumOf, winningShare } from "../return-figures.ts";
import { over } from "../statistics/index.ts";

/** Profit factor, win rate and payoff in one. */
export default metric({
  name: "cpc-index",
  label: "CPC index",
  unit: "ratio",
  formula: "profit factor × winning bars × payoff ratio",
  source: "quantstats",
  of: ({ returns }) =>
    product(
      over(sumOf(returns.filter((value) => value > 0)), -sumOf(returns.filter((value) => value < 0))),
      winningShare(returns),
      payoffRatio(returns),
    ),
});

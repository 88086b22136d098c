import { metric } from "../metric-definition.ts";
import { sumOf } from "../return-figures.ts";
import { over } from "../statistics/index.ts";

/** All that bars won for all that bars lost. */
export default metric({
  name: "bar-profit-factor",
  label: "Profit factor of bars",
  unit: "ratio",
  formula: "Σ wins ÷ |Σ losses|",
  source: "quantstats",
  of: ({ returns }) => over(sumOf(returns.filter((value) => value > 0)), -sumOf(returns.filter((value) => value < 0))),
});

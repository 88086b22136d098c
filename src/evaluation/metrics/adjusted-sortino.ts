import { metric } from "../metric-definition.ts";
import { sortinoRatio } from "../return-figures.ts";
import { over } from "../statistics/index.ts";

/** The Sortino ratio made comparable with the Sharpe ratio (Schwager, 2017). */
export default metric({
  name: "adjusted-sortino",
  label: "Adjusted Sortino ratio",
  unit: "ratio",
  formula: "Sortino ratio ÷ √2",
  source: "quantstats",
  of: (facts) => over(sortinoRatio(facts, "arithmetic"), Math.SQRT2),
});

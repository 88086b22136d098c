import { metric } from "../metric-definition.ts";
import { autocorrelationPenalty, sharpeRatio } from "../return-figures.ts";
import { over } from "../statistics/index.ts";

/** The Sharpe ratio without what autocorrelation adds. */
export default metric({
  name: "smart-sharpe",
  label: "Smart Sharpe ratio",
  unit: "ratio",
  formula: "Sharpe ratio ÷ autocorrelation penalty",
  source: "quantstats",
  of: (facts) => over(sharpeRatio(facts, "arithmetic"), autocorrelationPenalty(facts.returns)),
});

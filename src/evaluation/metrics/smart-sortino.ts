import { metric } from "../metric-definition.ts";
import { autocorrelationPenalty, sortinoRatio } from "../return-figures.ts";
import { over } from "../statistics/index.ts";

/** The Sortino ratio without what autocorrelation adds. */
export default metric({
  name: "smart-sortino",
  label: "Smart Sortino ratio",
  unit: "ratio",
  formula: "Sortino ratio ÷ autocorrelation penalty",
  source: "quantstats",
  of: (facts) => over(sortinoRatio(facts, "arithmetic"), autocorrelationPenalty(facts.returns)),
});

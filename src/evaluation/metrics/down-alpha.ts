import { metric } from "../metric-definition.ts";
import { alphaOf, falling } from "../relative-figures.ts";

/** Alpha where the benchmark fell. */
export default metric({
  name: "down-alpha",
  label: "Alpha in falling markets",
  unit: "share",
  formula: "alpha over the bars with f < 0",
  source: "empyrical",
  of: (facts) => alphaOf(facts, ...falling(facts.returns, facts.benchmark)),
});

import { metric } from "../metric-definition.ts";
import { alphaOf, rising } from "../relative-figures.ts";

/** Alpha where the benchmark rose. */
export default metric({
  name: "up-alpha",
  label: "Alpha in rising markets",
  unit: "share",
  formula: "alpha over the bars with f > 0",
  source: "empyrical",
  of: (facts) => alphaOf(facts, ...rising(facts.returns, facts.benchmark)),
});

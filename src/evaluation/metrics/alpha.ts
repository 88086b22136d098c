import { metric } from "../metric-definition.ts";
import { alphaOf } from "../relative-figures.ts";

/** Annual return that the benchmark does not explain (Jensen, 1968). */
export default metric({
  name: "alpha",
  label: "Alpha",
  unit: "share",
  formula: "(1 + mean(r − rf − β (f − rf)))^A − 1",
  source: "empyrical",
  of: (facts) => alphaOf(facts, facts.returns, facts.benchmark),
});

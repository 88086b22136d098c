import { metric } from "../metric-definition.ts";
import { growthOf } from "../statistics/index.ts";

/** Geometric mean return. */
export default metric({
  name: "expected-return",
  label: "Expected return of a bar",
  unit: "share",
  formula: "(Π(1 + r))^(1/n) − 1",
  source: "quantstats",
  of: ({ returns }) => (returns.length === 0 ? null : growthOf(returns) ** (1 / returns.length) - 1),
});

import { metric } from "../metric-definition.ts";
import { growthOf } from "../statistics/index.ts";

/** Compound annual growth rate. */
export default metric({
  name: "annual-return",
  label: "Annual return",
  unit: "share",
  formula: "(Π(1 + r))^(A/n) − 1, geometric (CAGR)",
  source: "empyrical",
  of: ({ returns, barsPerYear }) => (returns.length === 0 ? null : growthOf(returns) ** (barsPerYear / returns.length) - 1),
});

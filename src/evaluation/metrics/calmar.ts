import { metric } from "../metric-definition.ts";
import { drawdownPath, growthOf, over } from "../statistics/index.ts";

/** Annual return for the deepest fall (Young, 1991). */
export default metric({
  name: "calmar",
  label: "Calmar ratio",
  unit: "ratio",
  formula: "annual return ÷ |max drawdown|",
  source: "empyrical",
  of: ({ returns, barsPerYear }) =>
    over(
      growthOf(returns) ** (barsPerYear / returns.length) - 1,
      -drawdownPath(returns).reduce((deepest, depth) => Math.min(deepest, depth), 0),
    ),
});

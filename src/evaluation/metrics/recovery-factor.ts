import { metric } from "../metric-definition.ts";
import { sumOf } from "../return-figures.ts";
import { drawdownPath, over } from "../statistics/index.ts";

/** How many times its deepest fall it earned. */
export default metric({
  name: "recovery-factor",
  label: "Recovery factor",
  unit: "ratio",
  formula: "|Σr − rf| ÷ |max drawdown|",
  source: "quantstats",
  of: ({ returns, riskFree }) =>
    over(Math.abs(sumOf(returns) - riskFree), -drawdownPath(returns).reduce((deepest, depth) => Math.min(deepest, depth), 0)),
});

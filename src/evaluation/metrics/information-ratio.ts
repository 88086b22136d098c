import { metric } from "../metric-definition.ts";
import { excessRatio } from "../relative-figures.ts";
import { product } from "../return-figures.ts";

/** The excess Sharpe ratio, annualised. */
export default metric({
  name: "information-ratio",
  label: "Information ratio",
  unit: "ratio",
  formula: "mean(r − f) ÷ deviation of r − f (ddof 1) × √A",
  source: "Grinold & Kahn",
  of: ({ returns, benchmark, barsPerYear }) => product(excessRatio(returns, benchmark), Math.sqrt(barsPerYear)),
});

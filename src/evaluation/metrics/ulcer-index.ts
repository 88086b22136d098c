import { metric } from "../metric-definition.ts";
import { ulcerIndex } from "../return-figures.ts";

/** Depth and length of falls in one (Martin, 1987). */
export default metric({
  name: "ulcer-index",
  label: "Ulcer index",
  unit: "share",
  formula: "√(Σ drawdown² ÷ (n − 1))",
  source: "quantstats",
  of: ({ returns }) => ulcerIndex(returns),
});

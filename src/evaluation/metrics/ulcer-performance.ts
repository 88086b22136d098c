import { metric } from "../metric-definition.ts";
import { ulcerIndex } from "../return-figures.ts";
import { growthOf, over } from "../statistics/index.ts";

/** Total return for each unit of the ulcer index; null where it never fell. */
export default metric({
  name: "ulcer-performance",
  label: "Ulcer performance index",
  unit: "ratio",
  formula: "(total return − rf) ÷ ulcer index",
  source: "quantstats",
  of: ({ returns, riskFree }) => over(growthOf(returns) - 1 - riskFree, ulcerIndex(returns)),
});

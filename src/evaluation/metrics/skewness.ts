import { metric } from "../metric-definition.ts";
import { momentsOf } from "../statistics/index.ts";

/** Whether the tail is on the right (above 0) or on the left. */
export default metric({
  name: "skewness",
  label: "Skewness",
  unit: "ratio",
  formula: "third standardised moment, ddof 0",
  source: "Pearson",
  of: ({ returns }) => momentsOf(returns).skewness,
});

import { metric } from "../metric-definition.ts";
import { minus } from "../return-figures.ts";
import { momentsOf } from "../statistics/index.ts";

/** How heavy the tails are; 0 for a normal distribution. */
export default metric({
  name: "kurtosis",
  label: "Excess kurtosis",
  unit: "ratio",
  formula: "fourth standardised moment, ddof 0, less 3",
  source: "Pearson",
  of: ({ returns }) => minus(momentsOf(returns).kurtosis, 3),
});

import { metric } from "../metric-definition.ts";
import { absolute } from "../return-figures.ts";
import { over, quantileOf } from "../statistics/index.ts";

/** Right tail for left tail. */
export default metric({
  name: "tail-ratio",
  label: "Tail ratio",
  unit: "ratio",
  formula: "|95 % quantile of r| ÷ |5 % quantile|",
  source: "empyrical",
  of: ({ returns }) => over(absolute(quantileOf(returns, 0.95)), absolute(quantileOf(returns, 0.05))),
});

import { metric } from "../metric-definition.ts";
import { payoffRatio } from "../return-figures.ts";

/** What a winning bar brings for what a losing one takes. */
export default metric({
  name: "payoff-ratio",
  label: "Payoff ratio",
  unit: "ratio",
  formula: "average win ÷ |average loss|",
  source: "quantstats",
  of: ({ returns }) => payoffRatio(returns),
});

import { metric } from "../metric-definition.ts";
import { meanOf } from "../statistics/index.ts";

/** Mean return of the bars that won. */
export default metric({
  name: "average-win",
  label: "Average winning bar",
  unit: "share",
  formula: "mean of r > 0",
  source: "quantstats",
  of: ({ returns }) => meanOf(returns.filter((value) => value > 0)),
});

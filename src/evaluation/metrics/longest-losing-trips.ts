import { metric } from "../metric-definition.ts";
import { longestRun, profitsOf } from "../return-figures.ts";

/** Most losing trips in a row. */
export default metric({
  name: "longest-losing-trips",
  label: "Longest run of losing trips",
  unit: "count",
  formula: "most trips in a row that lost",
  source: "ours",
  of: ({ trips }) => longestRun(profitsOf(trips), (profit) => profit < 0),
});

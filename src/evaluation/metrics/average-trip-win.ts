import { metric } from "../metric-definition.ts";
import { profitsOf } from "../return-figures.ts";
import { meanOf } from "../statistics/index.ts";

/** Mean profit of winning trips, in money units. */
export default metric({
  name: "average-trip-win",
  label: "Average winning trip",
  unit: "money",
  formula: "mean profit of the trips that won",
  source: "ours",
  of: ({ trips }) => meanOf(profitsOf(trips).filter((profit) => profit > 0)),
});

import { metric } from "../metric-definition.ts";
import { profitsOf } from "../return-figures.ts";
import { meanOf } from "../statistics/index.ts";

/** Mean loss of losing trips, in money units. */
export default metric({
  name: "average-trip-loss",
  label: "Average losing trip",
  unit: "money",
  formula: "mean profit of the trips that lost",
  source: "ours",
  of: ({ trips }) => meanOf(profitsOf(trips).filter((profit) => profit < 0)),
});

import { metric } from "../metric-definition.ts";
import { profitsOf } from "../return-figures.ts";
import { meanOf } from "../statistics/index.ts";

/** What a trip brings on average, in money units. */
export default metric({
  name: "expectancy",
  label: "Expectancy",
  unit: "money",
  formula: "mean profit of a trip, after fees",
  source: "Tharp",
  of: ({ trips }) => meanOf(profitsOf(trips)),
});

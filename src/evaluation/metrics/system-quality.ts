import { metric } from "../metric-definition.ts";
import { product, profitsOf } from "../return-figures.ts";
import { deviationOf, meanOf, over } from "../statistics/index.ts";

/** How sure the average profit of a trip is. */
export default metric({
  name: "system-quality",
  label: "System quality number",
  unit: "ratio",
  formula: "√trips × mean profit ÷ deviation of profits (ddof 1)",
  source: "Tharp",
  of: ({ trips }) => product(over(meanOf(profitsOf(trips)), deviationOf(profitsOf(trips))), Math.sqrt(trips.length)),
});

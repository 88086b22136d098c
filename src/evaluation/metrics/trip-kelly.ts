import { metric } from "../metric-definition.ts";
import { profitsOf, tripKelly } from "../return-figures.ts";

/** Share of wealth to stake a trip for the fastest growth. */
export default metric({
  name: "trip-kelly",
  label: "Kelly criterion of trips",
  unit: "share",
  formula: "(b w − (1 − w)) ÷ b over trips",
  source: "Kelly, 1956",
  of: ({ trips }) => tripKelly(profitsOf(trips)),
});

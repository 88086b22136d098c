import { metric } from "../metric-definition.ts";
import { over } from "../statistics/index.ts";

/** How often a closed position had won. */
export default metric({
  name: "win-rate",
  label: "Win rate",
  unit: "share",
  formula: "trips with a profit after fees ÷ trips",
  source: "ours",
  of: ({ trips }) => over(trips.filter(({ profit }) => profit > 0).length, trips.length),
});

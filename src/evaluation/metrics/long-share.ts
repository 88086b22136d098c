import { metric } from "../metric-definition.ts";
import { over } from "../statistics/index.ts";

/** Which part of the trips was long. */
export default metric({
  name: "long-share",
  label: "Long trips",
  unit: "share",
  formula: "long trips ÷ trips",
  source: "ours",
  of: ({ trips }) => over(trips.filter(({ side }) => side === "long").length, trips.length),
});

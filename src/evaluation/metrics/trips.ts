import { metric } from "../metric-definition.ts";

/** How many positions were closed. */
export default metric({
  name: "trips",
  label: "Round trips",
  unit: "count",
  formula: "closed round trips (from flat to flat, or turned over)",
  source: "ours",
  of: ({ trips }) => trips.length,
});

import { metric } from "../metric-definition.ts";
import { meanOf } from "../statistics/index.ts";

/** How long a position was held, in days. */
export default metric({
  name: "average-holding-days",
  label: "Average holding time",
  unit: "ratio",
  formula: "mean time from entry to exit, in days",
  source: "ours",
  of: ({ trips }) => meanOf(Float64Array.from(trips, ({ openedAt, closedAt }) => (closedAt - openedAt) / 86_400_000)),
});

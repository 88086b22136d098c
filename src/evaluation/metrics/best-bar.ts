import { metric } from "../metric-definition.ts";

/** The best return of a bar. */
export default metric({
  name: "best-bar",
  label: "Best bar",
  unit: "share",
  formula: "max r",
  source: "quantstats",
  of: ({ returns }) => (returns.length === 0 ? null : returns.reduce((best, value) => Math.max(best, value))),
});

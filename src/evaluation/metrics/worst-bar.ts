import { metric } from "../metric-definition.ts";

/** The worst return of a bar. */
export default metric({
  name: "worst-bar",
  label: "Worst bar",
  unit: "share",
  formula: "min r",
  source: "quantstats",
  of: ({ returns }) => (returns.length === 0 ? null : returns.reduce((worst, value) => Math.min(worst, value))),
});

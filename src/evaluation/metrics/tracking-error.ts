import { metric } from "../metric-definition.ts";
import { excessOf } from "../relative-figures.ts";
import { product } from "../return-figures.ts";
import { deviationOf } from "../statistics/index.ts";

/** How far it strays from the benchmark in a year. */
export default metric({
  name: "tracking-error",
  label: "Tracking error",
  unit: "share",
  formula: "deviation of r − f (ddof 1) × √A",
  source: "Grinold & Kahn",
  of: ({ returns, benchmark, barsPerYear }) => product(deviationOf(excessOf(returns, benchmark)), Math.sqrt(barsPerYear)),
});

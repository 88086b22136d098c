import { metric } from "../metric-definition.ts";
import { modigliani } from "../relative-figures.ts";

/** Annual return it would have had at the benchmark's volatility. */
export default metric({
  name: "m-squared",
  label: "M²",
  unit: "share",
  formula: "(Sharpe ratio ÷ √A × deviation of f + rf) × A",
  source: "Modigliani & Modigliani, 1997",
  of: (facts) => modigliani(facts),
});

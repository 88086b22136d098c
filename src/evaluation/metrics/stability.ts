import { metric } from "../metric-definition.ts";
import { stability } from "../return-figures.ts";

/** How straight the curve of log wealth is; null once everything is lost. */
export default metric({
  name: "stability",
  label: "Stability",
  unit: "ratio",
  formula: "R² of the line through Σ ln(1 + r)",
  source: "empyrical",
  of: ({ returns }) => stability(returns),
});

import { metric } from "../metric-definition.ts";
import { serenity } from "../return-figures.ts";

/** Return against depth, length and tail of falls (KeyQuant). */
export default metric({
  name: "serenity",
  label: "Serenity index",
  unit: "ratio",
  formula: "(Σr − rf) ÷ (ulcer index × pitfall), pitfall = −Gaussian expected shortfall (5 %) of drawdowns ÷ deviation of r",
  source: "quantstats",
  of: (facts) => serenity(facts),
});

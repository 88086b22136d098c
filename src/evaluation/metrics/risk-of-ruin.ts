import { metric } from "../metric-definition.ts";
import { riskOfRuin, winningShare } from "../return-figures.ts";

/** Chance of losing everything, as the simplest of formulas has it. */
export default metric({
  name: "risk-of-ruin",
  label: "Risk of ruin",
  unit: "share",
  formula: "((1 − w) ÷ (1 + w))^n, w = winning bars",
  source: "quantstats",
  of: ({ returns }) => riskOfRuin(winningShare(returns), returns.length),
});

import { metric } from "../metric-definition.ts";
import { kellyShare, payoffRatio, winningShare } from "../return-figures.ts";

/** Share of wealth to stake for the fastest growth (Kelly, 1956). */
export default metric({
  name: "kelly",
  label: "Kelly criterion",
  unit: "share",
  formula: "(b w − (1 − w)) ÷ b, b = payoff ratio, w = winning bars",
  source: "quantstats",
  of: ({ returns }) => kellyShare(payoffRatio(returns), winningShare(returns)),
});

import { metric } from "../metric-definition.ts";
import { profitsOf, sumOf } from "../return-figures.ts";
import { over } from "../statistics/index.ts";

/** All that trips won for all that trips lost. */
export default metric({
  name: "profit-factor",
  label: "Profit factor",
  unit: "ratio",
  formula: "Σ profits ÷ |Σ losses| of trips, after fees",
  source: "ours",
  of: ({ trips }) => over(sumOf(profitsOf(trips).filter((profit) => profit > 0)), -sumOf(profitsOf(trips).filter((profit) => profit < 0))),
});

import { metric } from "../metric-definition.ts";
import { captureOf, falling, rising } from "../relative-figures.ts";
import { over } from "../statistics/index.ts";

/** Rises made for falls borne. */
export default metric({
  name: "up-down-capture",
  label: "Up/down capture",
  unit: "ratio",
  formula: "up capture ÷ down capture",
  source: "empyrical",
  of: ({ returns, benchmark, barsPerYear }) =>
    over(captureOf(...rising(returns, benchmark), barsPerYear), captureOf(...falling(returns, benchmark), barsPerYear)),
});

import { indicator } from "../indicator.ts";
import { trueRange } from "../true-range.ts";

/** True range: max(high, previous close) − min(low, previous close) (Wilder, 1978; TA-Lib TRANGE). */
export default indicator({
  name: "trange",
  params: {},
  inputs: ["high", "low", "close"],
  unit: "price-difference",
  warmup: () => 1,
  start: () => trueRange(),
});

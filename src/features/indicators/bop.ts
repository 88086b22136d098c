import { indicator } from "../indicator.ts";

/** Balance of power, from −1 to 1: (close − open) / (high − low), 0 without a range (Livshin, 2001; TA-Lib BOP). */
export default indicator({
  name: "bop",
  params: {},
  inputs: ["open", "high", "low", "close"],
  unit: "ratio",
  warmup: () => 0,
  start: () => (open, high, low, close) => (high > low ? (close - open) / (high - low) : 0),
});

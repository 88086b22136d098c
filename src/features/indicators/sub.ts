import { indicator } from "../indicator.ts";

/** Range of the bar: high − low (TA-Lib SUB of high and low). */
export default indicator({
  name: "sub",
  params: {},
  inputs: ["high", "low"],
  unit: "price-difference",
  warmup: () => 0,
  start: () => (high, low) => high - low,
});

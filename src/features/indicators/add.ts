import { indicator } from "../indicator.ts";

/** High and low together, twice the middle of the bar (TA-Lib ADD of high and low). */
export default indicator({
  name: "add",
  params: {},
  inputs: ["high", "low"],
  unit: "price-difference",
  warmup: () => 0,
  start: () => (high, low) => high + low,
});

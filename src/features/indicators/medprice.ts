import { indicator } from "../indicator.ts";

/** Middle of the bar: (high + low) / 2 (TA-Lib MEDPRICE). */
export default indicator({
  name: "medprice",
  params: {},
  inputs: ["high", "low"],
  unit: "price",
  warmup: () => 0,
  start: () => (high, low) => (high + low) / 2,
});

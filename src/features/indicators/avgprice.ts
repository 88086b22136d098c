import { indicator } from "../indicator.ts";

/** Mean of open, high, low and close (TA-Lib AVGPRICE). */
export default indicator({
  name: "avgprice",
  params: {},
  inputs: ["open", "high", "low", "close"],
  unit: "price",
  warmup: () => 0,
  start: () => (open, high, low, close) => (open + high + low + close) / 4,
});

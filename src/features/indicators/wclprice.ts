import { indicator } from "../indicator.ts";

/** Weighted close: (high + low + 2 close) / 4 (TA-Lib WCLPRICE). */
export default indicator({
  name: "wclprice",
  params: {},
  inputs: ["high", "low", "close"],
  unit: "price",
  warmup: () => 0,
  start: () => (high, low, close) => (high + low + 2 * close) / 4,
});

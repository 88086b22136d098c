import { typicalPrice } from "../bar-prices.ts";
import { indicator } from "../indicator.ts";

/** Typical price: (high + low + close) / 3 (TA-Lib TYPPRICE). */
export default indicator({
  name: "typprice",
  params: {},
  inputs: ["high", "low", "close"],
  unit: "price",
  warmup: () => 0,
  start: () => typicalPrice,
});

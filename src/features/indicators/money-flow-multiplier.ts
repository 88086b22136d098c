import { closeLocation } from "../bar-prices.ts";
import { indicator } from "../indicator.ts";

/** Money flow multiplier: where the close stands in its bar, from −1 at the low to 1 at the high; 0 without a range (Chaikin). */
export default indicator({
  name: "money-flow-multiplier",
  params: {},
  inputs: ["high", "low", "close"],
  unit: "ratio",
  warmup: () => 0,
  start: () => closeLocation,
});

import { closeLocation } from "../bar-prices.ts";
import { indicator } from "../indicator.ts";

/**
 * Accumulation/distribution line: running total of volume times where the close stands in its bar, from −1 at the low to 1 at the high
 * (Chaikin; TA-Lib AD).
 */
export default indicator({
  name: "ad",
  params: {},
  inputs: ["high", "low", "close", "volume"],
  unit: "volume",
  warmup: () => 0,
  start() {
    let total = 0;
    return (high, low, close, volume) => (total += closeLocation(high, low, close) * volume);
  },
});

import { indicator } from "../indicator.ts";

/**
 * On-balance volume: running total of volume, added where the close rose and taken off where it fell; begins with the first bar's
 * (Granville, 1963; TA-Lib OBV).
 */
export default indicator({
  name: "obv",
  params: {},
  inputs: ["close", "volume"],
  unit: "volume",
  warmup: () => 0,
  start() {
    let previous = NaN;
    let total = 0;
    return (close, volume) => {
      total += Number.isNaN(previous) ? volume : Math.sign(close - previous) * volume;
      previous = close;
      return total;
    };
  },
});

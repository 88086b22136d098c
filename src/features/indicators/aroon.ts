import { rollingExtreme } from "../extremes.ts";
import { barCount, indicator } from "../indicator.ts";

/**
 * Aroon, from 0 to 100: how recent, in shares of `period`, the highest high and the lowest low of `period + 1` bars are (Chande, 1995;
 * TA-Lib AROON).
 */
export default indicator({
  name: "aroon",
  params: { period: barCount(14) },
  inputs: ["high", "low"],
  outputs: ["down", "up"],
  unit: "percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const top = rollingExtreme(period + 1, 1);
    const bottom = rollingExtreme(period + 1, -1);
    const out = new Float64Array(2);
    return (high, low) => {
      top.update(high);
      bottom.update(low);
      out[0] = (100 * (period - bottom.age)) / period;
      out[1] = (100 * (period - top.age)) / period;
      return out;
    };
  },
});

import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { delayed, wilderMean } from "../smoothing.ts";
import { trueRange } from "../true-range.ts";

/**
 * Supertrend (Seban): a stop `multiplier` Wilder ranges off the middle of the bar that never gives way while the trend lasts; direction
 * 1 above it and −1 below.
 */
export default indicator({
  name: "supertrend",
  params: { period: barCount(10, 1), multiplier: z.number().gt(0).default(3) },
  inputs: ["high", "low", "close"],
  outputs: ["level", "direction"],
  unit: { level: "price", direction: "signal" },
  warmup: ({ period }) => period,
  start({ period, multiplier }) {
    const rangeOf = trueRange();
    const smooth = delayed(1, wilderMean(period));
    const out = new Float64Array(2);
    let seen = 0;
    let upper = Infinity;
    let lower = -Infinity;
    let previous = NaN;
    let direction = 1;
    return (high, low, close) => {
      const width = multiplier * smooth(rangeOf(high, low, close));
      if (seen++ < period) return out;
      const middle = (high + low) / 2;
      // A band only moves towards the price, until the close before has broken it.
      upper = previous > upper ? middle + width : Math.min(middle + width, upper);
      lower = previous < lower ? middle - width : Math.max(middle - width, lower);
      if (direction > 0 ? close < lower : close > upper) direction = -direction;
      previous = close;
      out[0] = direction > 0 ? lower : upper;
      out[1] = direction;
      return out;
    };
  },
});

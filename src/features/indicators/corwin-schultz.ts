import { barCount, indicator } from "../indicator.ts";
import { simpleMean } from "../moving-average.ts";
import { delayed } from "../smoothing.ts";

/**
 * Corwin–Schultz spread (2012) in shares of the price: from the highs and lows of each two bars in a row, negative estimates counting 0,
 * mean of `period`; without the adjustment for overnight gaps.
 */
export default indicator({
  name: "corwin-schultz",
  params: { period: barCount(20, 1) },
  inputs: ["high", "low"],
  unit: "ratio",
  warmup: ({ period }) => period,
  start({ period }) {
    const mean = delayed(1, simpleMean(period));
    const scale = 3 - 2 * Math.SQRT2;
    let [previousHigh, previousLow] = [NaN, NaN];
    return (high, low) => {
      const single = Math.log(high / low) ** 2 + Math.log(previousHigh / previousLow) ** 2;
      const joint = Math.log(Math.max(high, previousHigh) / Math.min(low, previousLow)) ** 2;
      const alpha = (Math.sqrt(2 * single) - Math.sqrt(single)) / scale - Math.sqrt(joint / scale);
      previousHigh = high;
      previousLow = low;
      return mean(Math.max(0, 2 * Math.tanh(alpha / 2))); // 2 (eᵅ − 1) / (eᵅ + 1).
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { wilderMean } from "../smoothing.ts";
import { directionalMovement } from "../true-range.ts";

/**
 * Average directional index (Wilder, 1978; TA-Lib ADX), from 0 to 100: Wilder's mean of DX = 100 × |plus − minus| / (plus + minus),
 * where plus and minus are Wilder's sums of upward and downward movement. The true range, by which both would be divided, cancels.
 */
export default indicator({
  name: "adx",
  params: { period: barCount(14) },
  inputs: ["high", "low"],
  unit: "percent",
  warmup: ({ period }) => 2 * period - 1,
  start({ period }) {
    const movement = directionalMovement(period);
    const smooth = wilderMean(period);
    let adx = 0;
    let seen = 0;
    return (high, low) => {
      movement.update(high, low, low);
      if (seen++ < period) return NaN;
      const { plus, minus } = movement;
      const total = plus + minus;
      if (total > 0) adx = smooth((100 * Math.abs(plus - minus)) / total);
      else if (seen <= 2 * period) adx = smooth(0); // Without any movement DX counts as 0 in the seed and is left out later.
      return adx;
    };
  },
});

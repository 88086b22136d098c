import { barCount, indicator } from "../indicator.ts";
import { seededMean, wilderDecay } from "../smoothing.ts";

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
    const smooth = seededMean(period, wilderDecay(period));
    let previousHigh = NaN;
    let previousLow = NaN;
    let plus = 0;
    let minus = 0;
    let adx = 0;
    let seen = 0;
    return (high, low) => {
      const up = high - previousHigh; // NaN at the first bar, which therefore moves nothing.
      const down = previousLow - low;
      previousHigh = high;
      previousLow = low;
      const kept = seen < period ? 1 : 1 - 1 / period; // A plain sum first, Wilder's decay after.
      plus = plus * kept + (up > 0 && up > down ? up : 0);
      minus = minus * kept + (down > 0 && down > up ? down : 0);
      if (seen++ < period) return NaN;
      const total = plus + minus;
      if (total > 0) adx = smooth((100 * Math.abs(plus - minus)) / total);
      else if (seen <= 2 * period) adx = smooth(0); // Without any movement DX counts as 0 in the seed and is left out later.
      return adx;
    };
  },
});

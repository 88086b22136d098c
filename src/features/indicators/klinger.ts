import { typicalPrice } from "../bar-prices.ts";
import { barCount, indicator } from "../indicator.ts";
import { delayed, exponentialMean } from "../smoothing.ts";

/**
 * Klinger oscillator (1997): a fast exponential mean of the volume force less a slow one, and the mean of that; the force is volume × |2
 * range / range since the trend turned − 1| × 100 with the sign of the trend of the typical price.
 */
export default indicator({
  name: "klinger",
  params: { fast: barCount(34), slow: barCount(55), signal: barCount(13, 1) },
  inputs: ["high", "low", "close", "volume"],
  outputs: ["klinger", "signal"],
  unit: "volume",
  warmup: ({ fast, slow, signal }) => Math.max(fast, slow) + signal - 1,
  start({ fast, slow, signal }) {
    const longest = Math.max(fast, slow);
    const fastMean = delayed(1, exponentialMean(fast));
    const slowMean = delayed(1, exponentialMean(slow));
    const smooth = delayed(longest, exponentialMean(signal));
    const out = new Float64Array(2);
    let [previousPrice, previousRange, cumulated, trend] = [NaN, NaN, 0, 0];
    return (high, low, close, volume) => {
      const price = typicalPrice(high, low, close);
      const range = high - low;
      const next = price > previousPrice ? 1 : -1;
      cumulated = next === trend ? cumulated + range : (Number.isNaN(previousRange) ? 0 : previousRange) + range;
      trend = next;
      previousPrice = price;
      previousRange = range;
      const force = cumulated === 0 ? 0 : volume * Math.abs((2 * range) / cumulated - 1) * trend * 100;
      out[0] = fastMean(force) - slowMean(force);
      out[1] = smooth(out[0]);
      return out;
    };
  },
});

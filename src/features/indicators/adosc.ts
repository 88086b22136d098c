import { closeLocation } from "../bar-prices.ts";
import { barCount, indicator } from "../indicator.ts";
import { exponentialDecay, seededMean } from "../smoothing.ts";

/**
 * Chaikin oscillator: a fast exponential mean of the accumulation/distribution line less a slow one, both begun with its first value
 * (Chaikin; TA-Lib ADOSC).
 */
export default indicator({
  name: "adosc",
  params: { fast: barCount(3), slow: barCount(10) },
  inputs: ["high", "low", "close", "volume"],
  unit: "volume",
  warmup: ({ fast, slow }) => Math.max(fast, slow) - 1,
  start({ fast, slow }) {
    const fastMean = seededMean(1, exponentialDecay(fast));
    const slowMean = seededMean(1, exponentialDecay(slow));
    let total = 0;
    return (high, low, close, volume) => {
      total += closeLocation(high, low, close) * volume;
      return fastMean(total) - slowMean(total);
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { exponentialMean } from "../smoothing.ts";

/** Elder ray (1989): high and low less the exponential mean of the close. */
export default indicator({
  name: "elder-ray",
  params: { period: barCount(13) },
  inputs: ["high", "low", "close"],
  outputs: ["bull", "bear"],
  unit: "price-difference",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const smooth = exponentialMean(period);
    const out = new Float64Array(2);
    return (high, low, close) => {
      const mean = smooth(close);
      out[0] = high - mean;
      out[1] = low - mean;
      return out;
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { delayed, exponentialMean, seededMean } from "../smoothing.ts";

/** Moving average convergence/divergence of 12 and 26 bars with Appel's rounded decays 0.15 and 0.075 (Appel, 1979; TA-Lib MACDFIX). */
export default indicator({
  name: "macdfix",
  params: { signal: barCount(9, 1) },
  inputs: ["close"],
  outputs: ["line", "signal", "histogram"],
  unit: "price-difference",
  warmup: ({ signal }) => 25 + signal - 1,
  start({ signal }) {
    const fast = delayed(14, seededMean(12, 0.15));
    const slow = seededMean(26, 0.075);
    const smooth = delayed(25, exponentialMean(signal));
    const out = new Float64Array(3);
    return (close) => {
      out[0] = fast(close) - slow(close);
      out[1] = smooth(out[0]);
      out[2] = out[0] - out[1];
      return out;
    };
  },
});

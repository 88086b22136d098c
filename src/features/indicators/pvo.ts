import { barCount, indicator } from "../indicator.ts";
import { priceOscillator } from "../oscillators.ts";
import { delayed, exponentialMean } from "../smoothing.ts";

/**
 * Percentage volume oscillator: a fast exponential mean of volume over a slow one, less 1, in per cent, the exponential mean of that,
 * and their difference; 0 without volume.
 */
export default indicator({
  name: "pvo",
  params: { fast: barCount(12), slow: barCount(26), signal: barCount(9, 1) },
  inputs: ["volume"],
  outputs: ["line", "signal", "histogram"],
  unit: "signed-percent",
  warmup: ({ fast, slow, signal }) => Math.max(fast, slow) + signal - 2,
  start({ fast, slow, signal }) {
    const means = priceOscillator({ period: fast, type: "ema" }, { period: slow, type: "ema" }, "first");
    const smooth = delayed(means.lookback, exponentialMean(signal));
    const out = new Float64Array(3);
    return (volume) => {
      means.update(volume);
      out[0] = means.slow === 0 ? 0 : (100 * (means.fast - means.slow)) / means.slow;
      out[1] = smooth(out[0]);
      out[2] = out[0] - out[1];
      return out;
    };
  },
});

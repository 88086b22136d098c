import { barCount, indicator } from "../indicator.ts";
import { simpleMean } from "../moving-average.ts";
import { delayed } from "../smoothing.ts";

/**
 * Ease of movement (Arms, 1975): mean over `period` bars of the move of the bar's middle times its range over its volume in hundred
 * millions; 0 for a bar without volume.
 */
export default indicator({
  name: "ease-of-movement",
  params: { period: barCount(14, 1) },
  inputs: ["high", "low", "volume"],
  unit: "price-squared-per-volume",
  warmup: ({ period }) => period,
  start({ period }) {
    const mean = delayed(1, simpleMean(period));
    let previous = NaN;
    return (high, low, volume) => {
      const middle = (high + low) / 2;
      const ease = volume === 0 ? 0 : ((middle - previous) * (high - low) * 1e8) / volume;
      previous = middle;
      return mean(ease);
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";
import { trueRange } from "../true-range.ts";

/**
 * Vortex (Botes & Siepman, 2010): distances from this high to the last low and from this low to the last high, each summed over `period`
 * bars, over the sum of true ranges; 0 without any.
 */
export default indicator({
  name: "vortex",
  params: { period: barCount(14) },
  inputs: ["high", "low", "close"],
  outputs: ["plus", "minus"],
  unit: "ratio",
  warmup: ({ period }) => period,
  start({ period }) {
    const rangeOf = trueRange();
    const [rises, falls, ranges] = [rollingFold(period, sum), rollingFold(period, sum), rollingFold(period, sum)];
    const out = new Float64Array(2);
    let [previousHigh, previousLow] = [NaN, NaN];
    return (high, low, close) => {
      const range = rangeOf(high, low, close);
      const rise = Math.abs(high - previousLow);
      const fall = Math.abs(low - previousHigh);
      const isFirst = Number.isNaN(previousHigh);
      previousHigh = high;
      previousLow = low;
      if (isFirst) return out;
      const total = ranges(range);
      const up = rises(rise);
      const down = falls(fall);
      out[0] = total === 0 ? 0 : up / total;
      out[1] = total === 0 ? 0 : down / total;
      return out;
    };
  },
});

import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { delayed, exponentialMean, wilderMean } from "../smoothing.ts";
import { trueRange } from "../true-range.ts";

/** Keltner channel (Raschke): exponential mean of the close ± `multiplier` Wilder ranges of `rangePeriod` bars. */
export default indicator({
  name: "keltner",
  params: { period: barCount(20, 1), rangePeriod: barCount(10, 1), multiplier: z.number().gt(0).default(2) },
  inputs: ["high", "low", "close"],
  outputs: ["upper", "middle", "lower"],
  unit: "price",
  warmup: ({ period, rangePeriod }) => Math.max(period - 1, rangePeriod),
  start({ period, rangePeriod, multiplier }) {
    const rangeOf = trueRange();
    const smooth = delayed(1, wilderMean(rangePeriod));
    const mean = exponentialMean(period);
    const out = new Float64Array(3);
    return (high, low, close) => {
      const half = multiplier * smooth(rangeOf(high, low, close));
      out[1] = mean(close);
      out[0] = out[1] + half;
      out[2] = out[1] - half;
      return out;
    };
  },
});

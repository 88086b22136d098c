import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";
import { delayed, wilderMean } from "../smoothing.ts";
import { trueRange } from "../true-range.ts";

/** Chandelier exit (Le Beau): highest high less `multiplier` Wilder ranges for a long, lowest low plus as many for a short position. */
export default indicator({
  name: "chandelier",
  params: { period: barCount(22), multiplier: z.number().gt(0).default(3) },
  inputs: ["high", "low", "close"],
  outputs: ["long", "short"],
  unit: "price",
  warmup: ({ period }) => period,
  start({ period, multiplier }) {
    const rangeOf = trueRange();
    const smooth = delayed(1, wilderMean(period));
    const top = rollingFold(period, highest);
    const bottom = rollingFold(period, lowest);
    const out = new Float64Array(2);
    return (high, low, close) => {
      const width = multiplier * smooth(rangeOf(high, low, close));
      out[0] = top(high) - width;
      out[1] = bottom(low) + width;
      return out;
    };
  },
});

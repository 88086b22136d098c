import { barCount, indicator } from "../indicator.ts";
import { wilderMean } from "../smoothing.ts";

/**
 * Alligator (Williams, 1995): Wilder means of 13, 8 and 5 bars of the middle of the bar, without the shifts into the future that charts
 * draw.
 */
export default indicator({
  name: "alligator",
  params: { jaw: barCount(13), teeth: barCount(8), lips: barCount(5) },
  inputs: ["high", "low"],
  outputs: ["jaw", "teeth", "lips"],
  unit: "price",
  warmup: ({ jaw, teeth, lips }) => Math.max(jaw, teeth, lips) - 1,
  start({ jaw, teeth, lips }) {
    const means = [wilderMean(jaw), wilderMean(teeth), wilderMean(lips)];
    const out = new Float64Array(3);
    return (high, low) => {
      for (let index = 0; index < 3; index++) out[index] = means[index]!((high + low) / 2);
      return out;
    };
  },
});

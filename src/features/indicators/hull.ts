import { barCount, indicator } from "../indicator.ts";
import { weightedMean } from "../moving-average.ts";
import { delayed } from "../smoothing.ts";

/**
 * Hull moving average (Hull, 2005): weighted mean over √`period` bars of twice the weighted mean of half the period less that of the
 * whole.
 */
export default indicator({
  name: "hull",
  params: { period: barCount(16) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period + Math.round(Math.sqrt(period)) - 2,
  start({ period }) {
    const half = weightedMean(Math.floor(period / 2));
    const whole = weightedMean(period);
    const smooth = delayed(period - 1, weightedMean(Math.round(Math.sqrt(period))));
    return (close) => smooth(2 * half(close) - whole(close));
  },
});

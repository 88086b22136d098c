import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";
import { weightedMean } from "../moving-average.ts";
import { delayed } from "../smoothing.ts";

/** Coppock curve (1962): weighted mean of the sum of two rates of change, in per cent. */
export default indicator({
  name: "coppock",
  params: { short: barCount(11, 1), long: barCount(14, 1), period: barCount(10, 1) },
  inputs: ["close"],
  unit: "signed-percent",
  warmup: ({ short, long, period }) => Math.max(short, long) + period - 1,
  start({ short, long, period }) {
    const shortPast = lagged(short);
    const longPast = lagged(long);
    const smooth = delayed(Math.max(short, long), weightedMean(period));
    return (close) => smooth(100 * (close / shortPast(close) + close / longPast(close) - 2));
  },
});

import { kaufmanMean } from "../adaptive-mean.ts";
import { barCount, indicator } from "../indicator.ts";

/**
 * Kaufman adaptive moving average: as fast as the close trends, between exponential means of 2 and 30 bars (Kaufman, 1995; TA-Lib KAMA).
 */
export default indicator({
  name: "kama",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period,
  start: ({ period }) => kaufmanMean(period),
});

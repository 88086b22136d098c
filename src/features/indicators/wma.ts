import { barCount, indicator } from "../indicator.ts";
import { weightedMean } from "../moving-average.ts";

/** Weighted moving average: the close with weights 1 for the oldest of `period` bars to `period` for the latest (TA-Lib WMA). */
export default indicator({
  name: "wma",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start: ({ period }) => weightedMean(period),
});

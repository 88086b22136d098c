import { barCount, indicator } from "../indicator.ts";
import { simpleMean } from "../moving-average.ts";

/** Simple moving average: the mean close of the last `period` bars (TA-Lib SMA). */
export default indicator({
  name: "sma",
  params: { period: barCount(30, 1) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start: ({ period }) => simpleMean(period),
});

import { barCount, indicator } from "../indicator.ts";
import { exponentialMean } from "../smoothing.ts";

/** Exponential moving average: ema += 2 / (period + 1) × (close − ema), seeded by the mean of the first `period` closes (TA-Lib EMA). */
export default indicator({
  name: "ema",
  params: { period: barCount(30, 1) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start: ({ period }) => exponentialMean(period),
});

import { barCount, indicator } from "../indicator.ts";
import { meanLookback, meanType, startMean } from "../moving-average.ts";

/** Moving average of the close, of a kind to choose; "mama" takes no account of the period (TA-Lib MA). */
export default indicator({
  name: "ma",
  params: { period: barCount(30, 1), type: meanType("sma") },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period, type }) => meanLookback(type, period),
  start: ({ period, type }) => startMean(type, period),
});

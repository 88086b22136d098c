import { barCount, indicator } from "../indicator.ts";
import { triangularMean } from "../moving-average.ts";

/** Triangular moving average: a simple mean of a simple mean of the close, together as long as `period` (TA-Lib TRIMA). */
export default indicator({
  name: "trima",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start: ({ period }) => triangularMean(period),
});

import { barCount, indicator } from "../indicator.ts";
import { lowest, rollingFold } from "../rolling.ts";

/** Lowest close of `period` bars (TA-Lib MIN). */
export default indicator({
  name: "min",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start: ({ period }) => rollingFold(period, lowest),
});

import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/** Sum of the last `period` closes (TA-Lib SUM). */
export default indicator({
  name: "sum",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ period }) => period - 1,
  start: ({ period }) => rollingFold(period, sum),
});

import { barCount, indicator } from "../indicator.ts";
import { highest, rollingFold } from "../rolling.ts";

/** Highest close of `period` bars (TA-Lib MAX). */
export default indicator({
  name: "max",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start: ({ period }) => rollingFold(period, highest),
});

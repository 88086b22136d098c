import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";

/** Middle between the highest and the lowest close of `period` bars (TA-Lib MIDPOINT). */
export default indicator({
  name: "midpoint",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const top = rollingFold(period, highest);
    const bottom = rollingFold(period, lowest);
    return (close) => (top(close) + bottom(close)) / 2;
  },
});

import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";

/** Middle between the highest high and the lowest low of `period` bars (TA-Lib MIDPRICE). */
export default indicator({
  name: "midprice",
  params: { period: barCount(14) },
  inputs: ["high", "low"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const top = rollingFold(period, highest);
    const bottom = rollingFold(period, lowest);
    return (high, low) => (top(high) + bottom(low)) / 2;
  },
});

import { barCount, indicator } from "../indicator.ts";
import { highest, rollingFold } from "../rolling.ts";

/** How far the close is below the highest of the last `period` closes, as a return from there: 0 at the top. */
export default indicator({
  name: "drawdown",
  params: { period: barCount(252) },
  inputs: ["close"],
  unit: "return",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const top = rollingFold(period, highest);
    return (close) => close / top(close) - 1;
  },
});

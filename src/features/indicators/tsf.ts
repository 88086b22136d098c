import { barCount, indicator } from "../indicator.ts";
import { rollingLine } from "../weighted.ts";

/** Time series forecast: the straight line of least squares through the last `period` closes, one bar on (TA-Lib TSF). */
export default indicator({
  name: "tsf",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const line = rollingLine(period);
    return (close) => {
      line.update(close);
      return line.intercept + line.slope * period;
    };
  },
});

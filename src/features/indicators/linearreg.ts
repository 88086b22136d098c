import { barCount, indicator } from "../indicator.ts";
import { rollingLine } from "../weighted.ts";

/** End of the straight line of least squares through the last `period` closes (TA-Lib LINEARREG). */
export default indicator({
  name: "linearreg",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const line = rollingLine(period);
    return (close) => {
      line.update(close);
      return line.intercept + line.slope * (period - 1);
    };
  },
});

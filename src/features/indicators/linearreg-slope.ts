import { barCount, indicator } from "../indicator.ts";
import { rollingLine } from "../weighted.ts";

/** Slope, a bar, of the straight line of least squares through the last `period` closes (TA-Lib LINEARREG_SLOPE). */
export default indicator({
  name: "linearreg-slope",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const line = rollingLine(period);
    return (close) => {
      line.update(close);
      return line.slope;
    };
  },
});

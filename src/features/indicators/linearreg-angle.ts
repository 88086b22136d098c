import { barCount, indicator } from "../indicator.ts";
import { rollingLine } from "../weighted.ts";

/**
 * Angle of the straight line of least squares through the last `period` closes in degrees; depends on the price's scale, as TA-Lib has
 * it (TA-Lib LINEARREG_ANGLE).
 */
export default indicator({
  name: "linearreg-angle",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "degrees",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const line = rollingLine(period);
    return (close) => {
      line.update(close);
      return (Math.atan(line.slope) * 180) / Math.PI;
    };
  },
});

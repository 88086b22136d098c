import adx from "./adx.ts";
import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";

/**
 * Average directional index rating, from 0 to 100: mean of the average directional index and that of `period − 1` bars before (Wilder,
 * 1978; TA-Lib ADXR).
 */
export default indicator({
  name: "adxr",
  params: { period: barCount(14) },
  inputs: ["high", "low"],
  unit: "percent",
  warmup: ({ period }) => 3 * period - 2,
  start({ period }) {
    const average = adx.start({ period });
    const earlier = lagged(period - 1);
    return (high, low) => {
      const now = average(high, low);
      return (now + earlier(now)) / 2;
    };
  },
});

import { correlationOf, rollingCovariance } from "../covariance.ts";
import { barCount, indicator } from "../indicator.ts";

/**
 * Correlation of close and volume over `period` bars, from −1 to 1; 0 where one of them does not move (TA-Lib CORREL of close and
 * volume).
 */
export default indicator({
  name: "correl",
  params: { period: barCount(30) },
  inputs: ["close", "volume"],
  unit: "ratio",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const moments = rollingCovariance(period);
    return (close, volume) => {
      moments.update(close, volume);
      return correlationOf(moments);
    };
  },
});

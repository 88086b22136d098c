import { correlationOf, rollingCovariance } from "../covariance.ts";
import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";
import { logReturns } from "../log-returns.ts";

/** Correlation of the last `period` log returns with those `lag` bars before, from −1 to 1; 0 where one of the two does not move. */
export default indicator({
  name: "autocorrelation",
  params: { period: barCount(60), lag: barCount(1, 1) },
  inputs: ["close"],
  unit: "ratio",
  warmup: ({ period, lag }) => period + lag,
  start({ period, lag }) {
    const logReturn = logReturns();
    const past = lagged(lag);
    const moments = rollingCovariance(period);
    let seen = 0;
    return (close) => {
      const change = logReturn(close);
      const earlier = past(change);
      if (++seen > lag + 1) moments.update(earlier, change);
      return correlationOf(moments);
    };
  },
});

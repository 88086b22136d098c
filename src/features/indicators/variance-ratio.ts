import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";
import { logReturns } from "../log-returns.ts";
import { rollingMoments } from "../rolling.ts";

/**
 * Variance ratio (Lo & MacKinlay, 1988): variance of log returns over `horizon` bars, over `horizon` times that of one bar, both of the
 * last `period`; 1 for a random walk and where nothing moves.
 */
export default indicator({
  name: "variance-ratio",
  params: { period: barCount(60), horizon: barCount(5) },
  inputs: ["close"],
  unit: "ratio",
  warmup: ({ period, horizon }) => period + horizon - 1,
  start({ period, horizon }) {
    const past = lagged(horizon);
    const single = rollingMoments(period);
    const multiple = rollingMoments(period);
    const logReturn = logReturns();
    let seen = 0;
    return (close) => {
      const change = logReturn(close);
      const whole = Math.log(close / past(close));
      if (++seen > 1) single.update(change);
      if (seen > horizon) multiple.update(whole);
      return single.squares === 0 ? 1 : multiple.squares / (horizon * single.squares);
    };
  },
});

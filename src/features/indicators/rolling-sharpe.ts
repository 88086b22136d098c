import { barCount, indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";
import { rollingMoments } from "../rolling.ts";

/**
 * Sharpe ratio per bar of the last `period` log returns: their mean over their sample standard deviation (n − 1); 0 where none differ,
 * not annualised, no riskless rate.
 */
export default indicator({
  name: "rolling-sharpe",
  params: { period: barCount(60) },
  inputs: ["close"],
  unit: "score",
  warmup: ({ period }) => period,
  start({ period }) {
    const logReturn = logReturns();
    const window = rollingMoments(period);
    return (close) => {
      const change = logReturn(close);
      if (!Number.isNaN(change)) window.update(change);
      return window.squares === 0 ? 0 : window.mean / Math.sqrt(window.squares / (period - 1));
    };
  },
});

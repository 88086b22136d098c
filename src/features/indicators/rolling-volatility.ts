import { barCount, indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";
import { rollingMoments } from "../rolling.ts";

/** Volatility per bar: sample standard deviation (n − 1) of the last `period` one-bar log returns; not annualised. */
export default indicator({
  name: "rolling-volatility",
  params: { period: barCount(20) },
  inputs: ["close"],
  unit: "return",
  warmup: ({ period }) => period,
  start({ period }) {
    const logReturn = logReturns();
    const window = rollingMoments(period);
    return (close) => {
      const change = logReturn(close);
      if (Number.isNaN(change)) return NaN;
      window.update(change);
      return Math.sqrt(window.squares / (period - 1));
    };
  },
});

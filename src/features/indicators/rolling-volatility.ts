import { barCount, indicator } from "../indicator.ts";
import { rollingMoments } from "../rolling.ts";

/** Volatility per bar: sample standard deviation (n − 1) of the last `period` one-bar log returns; not annualised. */
export default indicator({
  name: "rolling-volatility",
  params: { period: barCount(20) },
  inputs: ["close"],
  unit: "return",
  warmup: ({ period }) => period,
  start({ period }) {
    const window = rollingMoments(period);
    let previous = NaN;
    return (close) => {
      const logReturn = Math.log(close / previous);
      const isFirst = Number.isNaN(previous);
      previous = close;
      if (isFirst) return NaN;
      window.update(logReturn);
      return Math.sqrt(window.squares / (period - 1));
    };
  },
});

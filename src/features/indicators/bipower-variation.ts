import { barCount, indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";
import { rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/**
 * Volatility per bar without jumps (Barndorff-Nielsen & Shephard, 2004): √ of π / 2 times the mean of |return| × |return before| over
 * `period` bars; not annualised.
 */
export default indicator({
  name: "bipower-variation",
  params: { period: barCount(20, 1) },
  inputs: ["close"],
  unit: "return",
  warmup: ({ period }) => period + 1,
  start({ period }) {
    const logReturn = logReturns();
    const total = delayed(2, rollingFold(period, sum));
    let previous = NaN;
    return (close) => {
      const size = Math.abs(logReturn(close));
      const product = size * previous;
      previous = size;
      return Math.sqrt((Math.PI / 2) * (total(product) / period));
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/**
 * Garman–Klass volatility per bar (1980): √ of the mean of ½ ln²(high / low) − (2 ln 2 − 1) ln²(close / open) over `period` bars; not
 * annualised.
 */
export default indicator({
  name: "garman-klass",
  params: { period: barCount(20, 1) },
  inputs: ["open", "high", "low", "close"],
  unit: "return",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const total = rollingFold(period, sum);
    return (open, high, low, close) => {
      const variance = 0.5 * Math.log(high / low) ** 2 - (2 * Math.LN2 - 1) * Math.log(close / open) ** 2;
      return Math.sqrt(Math.max(0, total(variance) / period));
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/**
 * Rogers–Satchell volatility per bar (1991), free of drift: √ of the mean of ln(high / close) ln(high / open) + ln(low / close) ln(low /
 * open) over `period` bars; not annualised.
 */
export default indicator({
  name: "rogers-satchell",
  params: { period: barCount(20, 1) },
  inputs: ["open", "high", "low", "close"],
  unit: "return",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const total = rollingFold(period, sum);
    return (open, high, low, close) => {
      const variance = Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open);
      return Math.sqrt(Math.max(0, total(variance) / period));
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/** Parkinson volatility per bar (1980): √ of the mean of ln²(high / low) / (4 ln 2) over `period` bars; not annualised. */
export default indicator({
  name: "parkinson",
  params: { period: barCount(20, 1) },
  inputs: ["high", "low"],
  unit: "return",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const total = rollingFold(period, sum);
    return (high, low) => Math.sqrt(total(Math.log(high / low) ** 2) / (4 * Math.LN2 * period));
  },
});

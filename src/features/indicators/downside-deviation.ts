import { barCount, indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";
import { rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/**
 * Downside deviation per bar (Sortino & van der Meer, 1991): √ of the mean of squared negative log returns of `period` bars, the others
 * counting 0; not annualised.
 */
export default indicator({
  name: "downside-deviation",
  params: { period: barCount(20, 1) },
  inputs: ["close"],
  unit: "return",
  warmup: ({ period }) => period,
  start({ period }) {
    const logReturn = logReturns();
    const total = delayed(1, rollingFold(period, sum));
    return (close) => Math.sqrt(total(Math.min(logReturn(close), 0) ** 2) / period);
  },
});

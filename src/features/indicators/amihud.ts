import { barCount, indicator } from "../indicator.ts";
import { logReturns } from "../log-returns.ts";
import { rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/**
 * Amihud illiquidity (2002): mean of |log return| over the value traded in millions, of those of the last `period` bars that traded; 0
 * where none did.
 */
export default indicator({
  name: "amihud",
  params: { period: barCount(20, 1) },
  inputs: ["close", "volume"],
  unit: "return-per-price-volume",
  warmup: ({ period }) => period,
  start({ period }) {
    const logReturn = logReturns();
    const total = delayed(1, rollingFold(period, sum));
    const traded = delayed(1, rollingFold(period, sum));
    return (close, volume) => {
      const size = Math.abs(logReturn(close));
      const illiquidity = total(volume > 0 ? (1e6 * size) / (close * volume) : 0);
      const count = traded(volume > 0 ? 1 : 0);
      return count === 0 ? 0 : illiquidity / count;
    };
  },
});

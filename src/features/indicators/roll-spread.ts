import { rollingCovariance } from "../covariance.ts";
import { barCount, indicator } from "../indicator.ts";

/**
 * Roll spread (1984): 2 √(−covariance) of the close's change with the one before, over `period` bars; 0 where the covariance is not
 * negative.
 */
export default indicator({
  name: "roll-spread",
  params: { period: barCount(20) },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ period }) => period + 1,
  start({ period }) {
    const moments = rollingCovariance(period);
    let previous = NaN;
    let before = NaN;
    return (close) => {
      const change = close - previous;
      if (!Number.isNaN(before)) moments.update(before, change);
      before = change;
      previous = close;
      return 2 * Math.sqrt(Math.max(0, -moments.products / period));
    };
  },
});

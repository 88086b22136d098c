import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";

/**
 * Williams %R, from −100 to 0: −100 × (highest high − close) / (highest high − lowest low) of `period` bars, 0 without a range
 * (Williams, 1979; TA-Lib WILLR).
 */
export default indicator({
  name: "willr",
  params: { period: barCount(14) },
  inputs: ["high", "low", "close"],
  unit: "signed-percent",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const top = rollingFold(period, highest);
    const bottom = rollingFold(period, lowest);
    return (high, low, close) => {
      const ceiling = top(high);
      const range = ceiling - bottom(low);
      return range === 0 ? 0 : (-100 * (ceiling - close)) / range;
    };
  },
});

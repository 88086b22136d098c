import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";
import { trueRange } from "../true-range.ts";

/**
 * Choppiness (Dreiss, 1993): logarithm of the sum of true ranges over the whole range of `period` bars, over that of `period`, in per
 * cent; 100 where nothing moved. Near 0 in a trend; a gap into the window can carry it past 100.
 */
export default indicator({
  name: "choppiness",
  params: { period: barCount(14) },
  inputs: ["high", "low", "close"],
  unit: "signed-percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const rangeOf = trueRange();
    const path = delayed(1, rollingFold(period, sum));
    const top = rollingFold(period, highest);
    const bottom = rollingFold(period, lowest);
    return (high, low, close) => {
      const length = path(rangeOf(high, low, close));
      const range = top(high) - bottom(low);
      return range === 0 ? 100 : (100 * Math.log(length / range)) / Math.log(period);
    };
  },
});

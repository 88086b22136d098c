import { barCount, indicator } from "../indicator.ts";
import { delayed, wilderMean } from "../smoothing.ts";
import { trueRange } from "../true-range.ts";

/** Average true range (Wilder, 1978; TA-Lib ATR): Wilder's mean of max(high, previous close) − min(low, previous close). */
export default indicator({
  name: "atr",
  params: { period: barCount(14, 1) },
  inputs: ["high", "low", "close"],
  unit: "price-difference",
  warmup: ({ period }) => period,
  start({ period }) {
    const rangeOf = trueRange();
    const smooth = delayed(1, wilderMean(period));
    return (high, low, close) => smooth(rangeOf(high, low, close));
  },
});

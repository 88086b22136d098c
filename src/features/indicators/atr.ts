import { barCount, indicator } from "../indicator.ts";
import { seededMean, wilderDecay } from "../smoothing.ts";

/** Average true range (Wilder, 1978; TA-Lib ATR): Wilder's mean of max(high, previous close) − min(low, previous close). */
export default indicator({
  name: "atr",
  params: { period: barCount(14, 1) },
  inputs: ["high", "low", "close"],
  unit: "price-difference",
  warmup: ({ period }) => period,
  start({ period }) {
    const smooth = seededMean(period, wilderDecay(period));
    let previous = NaN;
    return (high, low, close) => {
      const trueRange = Math.max(high, previous) - Math.min(low, previous);
      const isFirst = Number.isNaN(previous);
      previous = close;
      return isFirst ? NaN : smooth(trueRange);
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { seededMean, wilderDecay } from "../smoothing.ts";

/** Relative strength index, 100 × gain / (gain + loss) with Wilder's smoothing (Wilder, 1978; TA-Lib RSI), from 0 to 100. */
export default indicator({
  name: "rsi",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const meanGain = seededMean(period, wilderDecay(period));
    const meanLoss = seededMean(period, wilderDecay(period));
    let previous = NaN;
    return (close) => {
      const change = close - previous;
      const isFirst = Number.isNaN(previous);
      previous = close;
      if (isFirst) return NaN;
      const gain = meanGain(Math.max(change, 0));
      const loss = meanLoss(Math.max(-change, 0));
      return gain + loss === 0 ? 0 : (100 * gain) / (gain + loss); // Nothing moved: 0, as TA-Lib has it.
    };
  },
});

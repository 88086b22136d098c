import { barCount, indicator } from "../indicator.ts";
import { delayed, wilderMean } from "../smoothing.ts";
import { trueRange } from "../true-range.ts";

/** Normalised average true range: Wilder's mean of true ranges over the close, in per cent (Forman, 2006; TA-Lib NATR). */
export default indicator({
  name: "natr",
  params: { period: barCount(14) },
  inputs: ["high", "low", "close"],
  unit: "signed-percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const rangeOf = trueRange();
    const smooth = delayed(1, wilderMean(period));
    return (high, low, close) => (100 * smooth(rangeOf(high, low, close))) / close;
  },
});

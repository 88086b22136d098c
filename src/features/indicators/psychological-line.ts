import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/** Psychological line, from 0 to 100: share of the last `period` bars that closed higher than the one before. */
export default indicator({
  name: "psychological-line",
  params: { period: barCount(12) },
  inputs: ["close"],
  unit: "percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const rises = delayed(1, rollingFold(period, sum));
    let previous = NaN;
    return (close) => {
      const isRise = close > previous;
      previous = close;
      return (100 * rises(isRise ? 1 : 0)) / period;
    };
  },
});

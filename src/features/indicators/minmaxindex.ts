import { rollingExtreme } from "../extremes.ts";
import { barCount, indicator } from "../indicator.ts";

/**
 * Bars since the lowest and since the highest close of `period` bars, the latest of equal ones (TA-Lib MINMAXINDEX, which counts from
 * the first bar of all).
 */
export default indicator({
  name: "minmaxindex",
  params: { period: barCount(30) },
  inputs: ["close"],
  outputs: ["min", "max"],
  unit: "bars",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const bottom = rollingExtreme(period, -1);
    const top = rollingExtreme(period, 1);
    const out = new Float64Array(2);
    return (close) => {
      bottom.update(close);
      top.update(close);
      out[0] = bottom.age;
      out[1] = top.age;
      return out;
    };
  },
});

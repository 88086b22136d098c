import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";

/** Lowest and highest close of `period` bars (TA-Lib MINMAX). */
export default indicator({
  name: "minmax",
  params: { period: barCount(30) },
  inputs: ["close"],
  outputs: ["min", "max"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const bottom = rollingFold(period, lowest);
    const top = rollingFold(period, highest);
    const out = new Float64Array(2);
    return (close) => {
      out[0] = bottom(close);
      out[1] = top(close);
      return out;
    };
  },
});

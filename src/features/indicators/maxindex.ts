import { rollingExtreme } from "../extremes.ts";
import { barCount, indicator } from "../indicator.ts";

/** Bars since the highest close of `period` bars, the latest of equal ones (TA-Lib MAXINDEX, which counts from the first bar of all). */
export default indicator({
  name: "maxindex",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "bars",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const extreme = rollingExtreme(period, 1);
    return (close) => {
      extreme.update(close);
      return extreme.age;
    };
  },
});

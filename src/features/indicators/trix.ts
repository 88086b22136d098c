import { barCount, indicator } from "../indicator.ts";
import { nestedMeans } from "../moving-average.ts";

/** Change of a triple exponential mean of the close from one bar to the next, in per cent (Hutson, 1983; TA-Lib TRIX). */
export default indicator({
  name: "trix",
  params: { period: barCount(30, 1) },
  inputs: ["close"],
  unit: "signed-percent",
  warmup: ({ period }) => 3 * (period - 1) + 1,
  start({ period }) {
    const nested = nestedMeans(period, 3);
    let previous = NaN;
    return (close) => {
      const mean = nested(close)[2]!;
      const change = 100 * (mean / previous - 1);
      previous = mean;
      return change;
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { sortedWindow } from "../order-statistics.ts";

/** Share of the `period` closes before that are below this one, from 0 to 100. */
export default indicator({
  name: "percent-rank",
  params: { period: barCount(100, 1) },
  inputs: ["close"],
  unit: "percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const sorted = sortedWindow(period);
    return (close) => {
      const rank = (100 * sorted.below(close)) / period;
      sorted.update(close);
      return rank;
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/** Volume-weighted moving average of the last `period` closes; the latest close where nothing was traded. */
export default indicator({
  name: "vwma",
  params: { period: barCount(20, 1) },
  inputs: ["close", "volume"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const value = rollingFold(period, sum);
    const traded = rollingFold(period, sum);
    return (close, volume) => {
      const worth = value(close * volume);
      const total = traded(volume);
      return total === 0 ? close : worth / total;
    };
  },
});

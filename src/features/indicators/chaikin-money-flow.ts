import { closeLocation } from "../bar-prices.ts";
import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/** Chaikin money flow, from −1 to 1: volume times where the close stands in its bar, over volume, of `period` bars; 0 without volume. */
export default indicator({
  name: "chaikin-money-flow",
  params: { period: barCount(20, 1) },
  inputs: ["high", "low", "close", "volume"],
  unit: "ratio",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const flows = rollingFold(period, sum);
    const traded = rollingFold(period, sum);
    return (high, low, close, volume) => {
      const flow = flows(closeLocation(high, low, close) * volume);
      const total = traded(volume);
      return total === 0 ? 0 : flow / total;
    };
  },
});

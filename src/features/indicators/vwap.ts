import { typicalPrice } from "../bar-prices.ts";
import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";

/**
 * Volume-weighted average price of the last `period` bars, from their typical prices; the latest typical price where nothing was traded.
 */
export default indicator({
  name: "vwap",
  params: { period: barCount(20, 1) },
  inputs: ["high", "low", "close", "volume"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const value = rollingFold(period, sum);
    const traded = rollingFold(period, sum);
    return (high, low, close, volume) => {
      const price = typicalPrice(high, low, close);
      const worth = value(price * volume);
      const total = traded(volume);
      return total === 0 ? price : worth / total;
    };
  },
});

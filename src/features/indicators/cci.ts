import { typicalPrice } from "../bar-prices.ts";
import { barCount, indicator } from "../indicator.ts";
import { recentValues } from "../lag.ts";
import { simpleMean } from "../moving-average.ts";

/**
 * Commodity channel index: distance of the typical price from its mean of `period` bars, over 0.015 of its mean absolute distance; 0
 * where that is 0 (Lambert, 1980; TA-Lib CCI).
 */
export default indicator({
  name: "cci",
  params: { period: barCount(14) },
  inputs: ["high", "low", "close"],
  unit: "score",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const recent = recentValues(period);
    const mean = simpleMean(period);
    return (high, low, close) => {
      const price = typicalPrice(high, low, close);
      recent.update(price);
      const middle = mean(price);
      let total = 0;
      for (let index = 0; index < period; index++) total += Math.abs(recent.values[index]! - middle);
      return total === 0 ? 0 : (price - middle) / ((0.015 * total) / period);
    };
  },
});

import { barCount, indicator } from "../indicator.ts";
import { recentValues } from "../lag.ts";
import { simpleMean } from "../moving-average.ts";

/** Mean absolute deviation: mean distance of the close from its mean of `period` bars (TA-Lib AVGDEV). */
export default indicator({
  name: "avgdev",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const recent = recentValues(period);
    const mean = simpleMean(period);
    return (close) => {
      recent.update(close);
      const middle = mean(close);
      let total = 0;
      for (let index = 0; index < period; index++) total += Math.abs(recent.values[index]! - middle);
      return total / period;
    };
  },
});

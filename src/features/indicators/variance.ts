import { barCount, indicator } from "../indicator.ts";
import { rollingMoments } from "../rolling.ts";

/** Population variance of the last `period` closes (TA-Lib VAR). */
export default indicator({
  name: "variance",
  params: { period: barCount(5, 1) },
  inputs: ["close"],
  unit: "price-squared",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const window = rollingMoments(period);
    return (close) => {
      window.update(close);
      return window.squares / period;
    };
  },
});

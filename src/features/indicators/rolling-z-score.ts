import { barCount, indicator } from "../indicator.ts";
import { rollingMoments } from "../rolling.ts";

/** Distance of the close from the mean of the last `period` closes, in their population standard deviations; 0 where none differ. */
export default indicator({
  name: "rolling-z-score",
  params: { period: barCount(20) },
  inputs: ["close"],
  unit: "score",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const window = rollingMoments(period);
    return (close) => {
      window.update(close);
      return window.squares === 0 ? 0 : (close - window.mean) / Math.sqrt(window.squares / period);
    };
  },
});

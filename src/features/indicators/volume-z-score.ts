import { barCount, indicator } from "../indicator.ts";
import { rollingMoments } from "../rolling.ts";

/** Distance of volume from its mean of the last `period` bars, in their population standard deviations; 0 where none differ. */
export default indicator({
  name: "volume-z-score",
  params: { period: barCount(20) },
  inputs: ["volume"],
  unit: "score",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const window = rollingMoments(period);
    return (volume) => {
      window.update(volume);
      return window.squares === 0 ? 0 : (volume - window.mean) / Math.sqrt(window.squares / period);
    };
  },
});

import { barCount, indicator } from "../indicator.ts";

/** Two-pole smoother that passes cycles longer than `period` bars (Ehlers, 2013); begins at the first two closes. */
export default indicator({
  name: "super-smoother",
  params: { period: barCount(10) },
  inputs: ["close"],
  unit: "price",
  warmup: () => 2,
  start({ period }) {
    const radius = Math.exp((-Math.SQRT2 * Math.PI) / period);
    const first = 2 * radius * Math.cos((Math.SQRT2 * Math.PI) / period);
    const second = -radius * radius;
    let [previous, smooth1, smooth2] = [NaN, NaN, NaN];
    let seen = 0;
    return (close) => {
      const smoothed = seen++ < 2 ? close : ((1 - first - second) * (close + previous)) / 2 + first * smooth1 + second * smooth2;
      previous = close;
      smooth2 = smooth1;
      smooth1 = smoothed;
      return smoothed;
    };
  },
});

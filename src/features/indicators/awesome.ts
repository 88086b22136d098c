import { barCount, indicator } from "../indicator.ts";
import { simpleMean } from "../moving-average.ts";

/** Awesome oscillator (Williams, 1998): mean of the middle of the bar over `fast` bars less that over `slow`. */
export default indicator({
  name: "awesome",
  params: { fast: barCount(5, 1), slow: barCount(34, 1) },
  inputs: ["high", "low"],
  unit: "price-difference",
  warmup: ({ fast, slow }) => Math.max(fast, slow) - 1,
  start({ fast, slow }) {
    const fastMean = simpleMean(fast);
    const slowMean = simpleMean(slow);
    return (high, low) => fastMean((high + low) / 2) - slowMean((high + low) / 2);
  },
});

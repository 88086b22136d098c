import awesome from "./awesome.ts";
import { barCount, indicator } from "../indicator.ts";
import { simpleMean } from "../moving-average.ts";
import { delayed } from "../smoothing.ts";

/** Accelerator oscillator (Williams, 1998): the awesome oscillator of 5 and 34 bars less its mean over `period` bars. */
export default indicator({
  name: "accelerator",
  params: { period: barCount(5) },
  inputs: ["high", "low"],
  unit: "price-difference",
  warmup: ({ period }) => 33 + period - 1,
  start({ period }) {
    const oscillate = awesome.start({ fast: 5, slow: 34 });
    const smooth = delayed(33, simpleMean(period));
    return (high, low) => {
      const value = oscillate(high, low);
      return value - smooth(value);
    };
  },
});

import { z } from "zod";
import { indicator } from "../indicator.ts";
import { parabolicStop } from "../parabolic.ts";

/** Parabolic stop and reverse (Wilder, 1978; TA-Lib SAR): a trailing stop that gains on the price with every new extreme of a trend. */
export default indicator({
  name: "sar",
  params: { acceleration: z.number().min(0).default(0.02), maximum: z.number().min(0).default(0.2) },
  inputs: ["high", "low"],
  unit: "price",
  warmup: () => 1,
  start({ acceleration, maximum }) {
    const pace = { initial: acceleration, step: acceleration, maximum };
    const stop = parabolicStop({ startValue: 0, offsetOnReverse: 0, long: pace, short: pace });
    return (high, low) => Math.abs(stop(high, low));
  },
});

import { z } from "zod";
import { indicator } from "../indicator.ts";
import { parabolicStop } from "../parabolic.ts";

/**
 * Parabolic stop and reverse with a pace for each side, negative while short (Wilder, 1978; TA-Lib SAREXT). `startValue`, where not 0,
 * is the first stop: above 0 of a long, below of a short position.
 */
export default indicator({
  name: "sarext",
  params: {
    startValue: z.number().default(0),
    offsetOnReverse: z.number().min(0).default(0),
    initialLong: z.number().min(0).default(0.02),
    accelerationLong: z.number().min(0).default(0.02),
    maximumLong: z.number().min(0).default(0.2),
    initialShort: z.number().min(0).default(0.02),
    accelerationShort: z.number().min(0).default(0.02),
    maximumShort: z.number().min(0).default(0.2),
  },
  inputs: ["high", "low"],
  unit: "price",
  warmup: () => 1,
  start({ startValue, offsetOnReverse, ...pace }) {
    return parabolicStop({
      startValue,
      offsetOnReverse,
      long: { initial: pace.initialLong, step: pace.accelerationLong, maximum: pace.maximumLong },
      short: { initial: pace.initialShort, step: pace.accelerationShort, maximum: pace.maximumShort },
    });
  },
});

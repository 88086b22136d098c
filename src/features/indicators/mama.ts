import { z } from "zod";
import { mesaMean } from "../adaptive-mean.ts";
import { indicator } from "../indicator.ts";

/**
 * MESA adaptive moving average and its follower: they forget as fast as the phase of the dominant cycle turns (Ehlers, 2001; TA-Lib
 * MAMA).
 */
export default indicator({
  name: "mama",
  params: { fastLimit: z.number().min(0.01).max(0.99).default(0.5), slowLimit: z.number().min(0.01).max(0.99).default(0.05) },
  inputs: ["close"],
  outputs: ["mama", "fama"],
  unit: "price",
  warmup: () => 32,
  start({ fastLimit, slowLimit }) {
    const mesa = mesaMean(fastLimit, slowLimit);
    const out = new Float64Array(2);
    return (close) => {
      mesa.update(close);
      out[0] = mesa.mean;
      out[1] = mesa.following;
      return out;
    };
  },
});

import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { rollingMoments } from "../rolling.ts";

/** `deviations` times the population standard deviation of the last `period` closes (TA-Lib STDDEV). */
export default indicator({
  name: "stddev",
  params: { period: barCount(5), deviations: z.number().gt(0).default(1) },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ period }) => period - 1,
  start({ period, deviations }) {
    const window = rollingMoments(period);
    return (close) => {
      window.update(close);
      return deviations * Math.sqrt(window.squares / period);
    };
  },
});

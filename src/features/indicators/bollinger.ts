import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { rollingMoments } from "../rolling.ts";

/**
 * Bollinger bands (Bollinger, 1983; TA-Lib BBANDS): the mean close ± `deviations` population standard deviations.
 * percentB = (close − lower) / (upper − lower), 0.5 where the bands meet; bandwidth = (upper − lower) / middle.
 */
export default indicator({
  name: "bollinger",
  params: { period: barCount(20), deviations: z.number().gt(0).default(2) },
  inputs: ["close"],
  outputs: ["upper", "middle", "lower", "percentB", "bandwidth"],
  unit: { upper: "price", middle: "price", lower: "price", percentB: "ratio", bandwidth: "ratio" },
  warmup: ({ period }) => period - 1,
  start({ period, deviations }) {
    const window = rollingMoments(period);
    const out = new Float64Array(5);
    return (close) => {
      window.update(close);
      const half = deviations * Math.sqrt(window.squares / period);
      out[0] = window.mean + half;
      out[1] = window.mean;
      out[2] = window.mean - half;
      out[3] = half === 0 ? 0.5 : (close - window.mean + half) / (2 * half);
      out[4] = (2 * half) / window.mean;
      return out;
    };
  },
});

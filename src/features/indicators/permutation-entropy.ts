import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { lagged, recentValues } from "../lag.ts";

/**
 * Permutation entropy (Bandt & Pompe, 2002), from 0 to 1: entropy of the orders in which `order` closes in a row stand, over the last
 * `period` of them, in shares of its greatest; of equal closes the earlier counts as the lesser.
 */
export default indicator({
  name: "permutation-entropy",
  params: { period: barCount(60), order: z.int().min(2).max(6).default(3) },
  inputs: ["close"],
  unit: "ratio",
  warmup: ({ period, order }) => period + order - 2,
  start({ period, order }) {
    const recent = recentValues(order);
    const patterns = Array.from({ length: order }, (_, index) => index + 1).reduce((product, factor) => product * factor, 1);
    const counts = new Int32Array(patterns);
    const past = lagged(period);
    let seen = 0;
    /** Number of the order in which the closes stand: how many later ones are below each, as digits of mixed base. */
    const patternOf = () => {
      let pattern = 0;
      for (let first = recent.start; first < recent.start + order; first++) {
        let below = 0;
        for (let other = first + 1; other < recent.start + order; other++) if (recent.values[other]! < recent.values[first]!) below++;
        pattern = pattern * (order - (first - recent.start)) + below;
      }
      return pattern;
    };
    return (close) => {
      recent.update(close);
      if (++seen < order) return NaN;
      const pattern = patternOf();
      const gone = past(pattern);
      if (!Number.isNaN(gone)) counts[gone]!--;
      counts[pattern]!++;
      let entropy = 0;
      for (let index = 0; index < patterns; index++) {
        const share = counts[index]! / period;
        if (share > 0) entropy -= share * Math.log(share);
      }
      return entropy / Math.log(patterns);
    };
  },
});

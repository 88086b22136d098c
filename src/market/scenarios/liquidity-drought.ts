import { z } from "zod";
import { durationBars, endOfDuration, scaleRows, scenario } from "../scenario.ts";

/** For a while there is less volume and whoever takes pays a wider spread; prices stay. */
export default scenario({
  name: "liquidity-drought",
  params: {
    volumeFactor: z.number().min(0).max(1).default(0.2),
    slippageFactor: z.number().min(1).default(5),
    durationBars: durationBars(50),
  },
  sample: (random) => ({
    volumeFactor: 0.02 + 0.48 * random.uniform(),
    slippageFactor: 1 + 14 * random.uniform(),
    durationBars: 10 + random.below(200),
  }),
  apply(stretches, { volumeFactor, slippageFactor, durationBars: duration }) {
    for (const stretch of stretches) {
      const end = endOfDuration(stretch, duration);
      scaleRows(stretch.bars.volume, end, volumeFactor);
      scaleRows(stretch.conditions.slippageFactor, end, slippageFactor);
    }
  },
});

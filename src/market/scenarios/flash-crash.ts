import { z } from "zod";
import { durationBars, endOfDuration, followPath, scaleRows, scenario } from "../scenario.ts";

/** Prices fall by `depth` over `crashBars`, then win back `recovery` of it over `recoveryBars`; meanwhile volume swells and spreads widen. */
export default scenario({
  name: "flash-crash",
  params: {
    depth: z.number().gt(0).lt(1).default(0.1),
    crashBars: z.int().min(1).default(3),
    recovery: z.number().min(0).max(1).default(0.6),
    recoveryBars: z.int().min(1).default(12),
    volumeFactor: z.number().positive().default(5),
    slippageFactor: z.number().min(1).default(4),
    stressBars: durationBars(15),
  },
  sample: (random) => ({
    depth: 0.03 + 0.27 * random.uniform(),
    crashBars: 1 + random.below(5),
    recovery: random.uniform(),
    recoveryBars: 1 + random.below(30),
    volumeFactor: 1 + 9 * random.uniform(),
    slippageFactor: 1 + 9 * random.uniform(),
    stressBars: 5 + random.below(30),
  }),
  apply(stretches, { depth, crashBars, recovery, recoveryBars, volumeFactor, slippageFactor, stressBars }) {
    const trough = Math.log(1 - depth);
    const rest = Math.log(1 - depth * (1 - recovery));
    const logFactor = (index: number) =>
      index < crashBars ? (trough * index) / crashBars : trough + (rest - trough) * Math.min(1, (index - crashBars) / recoveryBars);
    for (const stretch of stretches) {
      const end = endOfDuration(stretch, stressBars);
      followPath(stretch, logFactor);
      scaleRows(stretch.bars.volume, end, volumeFactor);
      scaleRows(stretch.conditions.slippageFactor, end, slippageFactor);
    }
  },
});

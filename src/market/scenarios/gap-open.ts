import { z } from "zod";
import { followPath, scaleRows, scenario } from "../scenario.ts";

/** The first bar opens `size` away from where it would have (−0.08 is 8 % lower); `filled` of the gap is won back over `fillBars`. */
export default scenario({
  name: "gap-open",
  params: {
    size: z.number().gt(-1).max(5).default(-0.08),
    filled: z.number().min(0).max(1).default(0),
    fillBars: z.int().min(1).default(20),
    volumeFactor: z.number().positive().default(3),
  },
  sample: (random) => ({
    size: (random.below(2) === 0 ? -1 : 1) * (0.02 + 0.18 * random.uniform()),
    filled: random.below(2) === 0 ? 0 : random.uniform(),
    fillBars: 1 + random.below(40),
    volumeFactor: 1 + 4 * random.uniform(),
  }),
  apply(stretches, { size, filled, fillBars, volumeFactor }) {
    const [gap, rest] = [Math.log(1 + size), Math.log(1 + size * (1 - filled))];
    for (const stretch of stretches) {
      followPath(stretch, (index) => gap + (rest - gap) * Math.min(1, index / fillBars));
      scaleRows(stretch.bars.volume, Math.min(1, stretch.bars.volume.length), volumeFactor);
    }
  },
});

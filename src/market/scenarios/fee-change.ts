import { z } from "zod";
import { durationBars, endOfDuration, scaleRows, scenario } from "../scenario.ts";

/** Fees become `feeFactor` times what they were, for a while or for good. */
export default scenario({
  name: "fee-change",
  params: { feeFactor: z.number().min(0).max(100).default(3), durationBars: durationBars(null) },
  sample: (random) => ({ feeFactor: Math.exp(Math.log(5) * (2 * random.uniform() - 0.5)), durationBars: null }),
  apply(stretches, { feeFactor, durationBars: duration }) {
    for (const stretch of stretches) scaleRows(stretch.conditions.feeFactor, endOfDuration(stretch, duration), feeFactor);
  },
});

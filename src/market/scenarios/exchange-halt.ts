import { durationBars, endOfDuration, scenario } from "../scenario.ts";

/** Nothing trades for a while: bars stand at the last close without volume, and the market reopens where it has got to meanwhile. */
export default scenario({
  name: "exchange-halt",
  params: { durationBars: durationBars(5) },
  sample: (random) => ({ durationBars: 1 + random.below(20) }),
  apply(stretches, { durationBars: duration }) {
    for (const stretch of stretches) stretch.conditions.halted.fill(1, 0, endOfDuration(stretch, duration));
  },
});

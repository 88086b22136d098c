import { durationBars, endOfDuration, scenario } from "../scenario.ts";

/** The feed repeats its last price for a while, and then catches up, while the market itself goes on: only what is seen changes. */
export default scenario({
  name: "stale-feed",
  params: { durationBars: durationBars(5) },
  sample: (random) => ({ durationBars: 1 + random.below(20) }),
  apply(stretches, { durationBars: duration }) {
    for (const stretch of stretches) stretch.conditions.stale.fill(1, 0, endOfDuration(stretch, duration));
  },
});

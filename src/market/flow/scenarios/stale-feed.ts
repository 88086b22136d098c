import { flowScenario, lastingMs } from "../flow-scenario.ts";

/** For a while the feed repeats what it showed last, while the market itself goes on. What is then shown is the caller's to hold back (`isStale`). */
export default flowScenario({
  name: "stale-feed",
  params: { durationMs: lastingMs(5000) },
  sample: (random) => ({ durationMs: 500 + 14_500 * random.uniform() }),
  phases: ({ durationMs }) => [{ durationMs, isStale: true }],
});

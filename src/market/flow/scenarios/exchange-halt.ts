import { flowScenario, lastingMs } from "../flow-scenario.ts";

/** For a while nobody trades: background traders do nothing, resting orders stay. Whether the caller may is the caller's to ask (`isHalted`). */
export default flowScenario({
  name: "exchange-halt",
  params: { durationMs: lastingMs(30_000) },
  sample: (random) => ({ durationMs: 5000 + 55_000 * random.uniform() }),
  phases: ({ durationMs }) => [{ durationMs, isHalted: true }],
});

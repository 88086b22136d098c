import { factor, flowScenario, lastingMs } from "../flow-scenario.ts";

/** For a while fewer limit orders come and those that rest are withdrawn sooner, while others take as before. */
export default flowScenario({
  name: "liquidity-drought",
  params: { durationMs: lastingMs(60_000), limitFactor: factor(0.3), cancelFactor: factor(2) },
  sample: (random) => ({
    durationMs: 10_000 + 110_000 * random.uniform(),
    limitFactor: 0.1 + 0.7 * random.uniform(),
    cancelFactor: 1 + 4 * random.uniform(),
  }),
  phases: (phase) => [phase],
});

import { factor, flowScenario, lastingMs } from "../flow-scenario.ts";

/** For a while market orders come more often, above 1, or less often: volume and volatility rise or fall. */
export default flowScenario({
  name: "volatility-regime",
  params: { durationMs: lastingMs(60_000), marketFactor: factor(2) },
  sample: (random) => ({
    durationMs: 10_000 + 110_000 * random.uniform(),
    marketFactor: Math.exp(Math.log(3) * (2 * random.uniform() - 0.7)),
  }),
  phases: (phase) => [phase],
});

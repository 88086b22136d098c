import { factor, flowScenario, lastingMs } from "../flow-scenario.ts";

/** For a while fees are `feeFactor` times the ordinary ones. They are the caller's to charge (`feeFactor`); nobody else minds them. */
export default flowScenario({
  name: "fee-change",
  params: { durationMs: lastingMs(60_000), feeFactor: factor(2) },
  sample: (random) => ({
    durationMs: 10_000 + 110_000 * random.uniform(),
    feeFactor: Math.exp(Math.log(4) * (2 * random.uniform() - 0.5)),
  }),
  phases: (phase) => [phase],
});

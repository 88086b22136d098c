import { z } from "zod";
import { auditEnvironment, environment, kindSubject } from "tradewind/env";
import { geometricWalk } from "tradewind/market";

/** Out, half in or all in, never short; an episode is over when `stopLoss` of the initial cash is gone. */
const inSteps = environment({
  name: "in-steps",
  params: { stopLoss: z.number().gt(0).lte(1).default(0.2) },
  accountFields: ["exposure", "loss"],
  actionSpace: () => ({ kind: "discrete", count: 3, labels: ["flat", "half", "long"] }),
  observe({ exposure, equity, initialCash }, out, offset) {
    out[offset] = exposure;
    out[offset + 1] = 1 - equity / initialCash;
  },
  act(action, { exposure }) {
    const target = action / 2;
    return Math.abs(target - exposure) < 0.1 ? null : target; // Drift of prices alone does not trade.
  },
  terminated: ({ equity, initialCash }, { stopLoss }) => equity <= (1 - stopLoss) * initialCash,
});

export default inSteps;

// `npx tradewind audit environment examples/own-environment.ts` does this, and says more.
if (import.meta.main) {
  const bars = geometricWalk({ bars: 1500, volatility: 0.01, seed: 1 });
  const { checks } = await auditEnvironment(kindSubject(inSteps, { bars }));
  for (const { check, verdict, message } of checks) console.log(`${check}: ${message ?? verdict}`);
}

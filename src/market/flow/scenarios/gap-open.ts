import { z } from "zod";
import { flowScenario } from "../flow-scenario.ts";

/** The venue closes for a while and opens elsewhere: what rested is withdrawn, a new book stands around a price that differs by `gap`, and so does the fundamental value. */
export default flowScenario({
  name: "gap-open",
  params: { gap: z.number().gt(-1).lt(10).default(-0.02), closedMs: z.number().min(0).default(30_000) },
  sample: (random) => ({ gap: 0.05 * (2 * random.uniform() - 1), closedMs: 60_000 * random.uniform() }),
  phases: ({ gap, closedMs }) => [
    { durationMs: closedMs, isHalted: true },
    { durationMs: 0, gap },
  ],
});

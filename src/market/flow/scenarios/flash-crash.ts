import { z } from "zod";
import { factor, flowScenario, lastingMs } from "../flow-scenario.ts";

/**
 * A seller drives the price down by `depth` within `crashMs`, and a buyer brings `recovery` of that back within `recoveryMs`: each
 * takes all that stands beyond the price that the way prescribes, and offers `lots` there. Meanwhile fewer orders come, and more
 * are withdrawn.
 */
export default flowScenario({
  name: "flash-crash",
  params: {
    depth: z.number().gt(0).lt(1).default(0.02),
    crashMs: lastingMs(5000),
    recovery: z.number().min(0).max(1).default(0.6),
    recoveryMs: lastingMs(20_000),
    lots: z.int().min(1).default(50),
    limitFactor: factor(0.5),
    cancelFactor: factor(2),
  },
  sample: (random) => ({
    depth: 0.005 + 0.045 * random.uniform(),
    crashMs: 1000 + 9000 * random.uniform(),
    recovery: random.uniform(),
    recoveryMs: 5000 + 45_000 * random.uniform(),
    limitFactor: 0.2 + 0.8 * random.uniform(),
    cancelFactor: 1 + 4 * random.uniform(),
  }),
  phases({ depth, crashMs, recovery, recoveryMs, lots, limitFactor, cancelFactor }) {
    const [trough, end] = [1 - depth, 1 - depth * (1 - recovery)];
    return [
      { durationMs: crashMs, limitFactor, cancelFactor, path: { from: 1, to: trough, lots } },
      { durationMs: recoveryMs, limitFactor, cancelFactor, ...(recovery > 0 && { path: { from: trough, to: end, lots } }) },
    ];
  },
});

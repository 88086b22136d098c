import { z } from "zod";
import { rule } from "../rule.ts";

/** Leaves a position whose loss at a mark reaches a share of what was paid for it. It may be entered again afterwards. */
export default rule({
  name: "stop-loss",
  params: { maxLoss: z.number().gt(0).default(0.05) },
  start: ({ maxLoss }) => ({
    mark({ account }) {
      if (account.position === 0) return null;
      const cost = Math.abs(account.costBasis);
      const loss = account.costBasis - account.position * account.markTicks;
      return loss >= maxLoss * cost
        ? { action: "flatten", reason: `the position lost ${((100 * loss) / cost).toFixed(2)} % of its cost` }
        : null;
    },
  }),
});

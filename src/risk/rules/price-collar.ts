import { z } from "zod";
import { allow, rule } from "../rule.ts";

/** How far an order's own price may be from the last one, as a share of it. A market order has no price of its own and passes. */
export default rule({
  name: "price-collar",
  params: { maxDeviation: z.number().gt(0).default(0.05) },
  start: ({ maxDeviation }) => ({
    check({ limitTicks, stopTicks }, { account: { markTicks } }) {
      for (const price of [limitTicks, stopTicks]) {
        if (price === undefined || Math.abs(price - markTicks) <= maxDeviation * markTicks) continue;
        return { verdict: "deny", code: "PRICE_COLLAR", reason: `a price of ${price} ticks is too far from the last of ${markTicks}` };
      }
      return allow;
    },
  }),
});

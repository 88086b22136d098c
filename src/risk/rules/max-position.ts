import { z } from "zod";
import { type Lots, signOf } from "../../domain/index.ts";
import { allow, rule } from "../rule.ts";

/** The largest position: a share of equity at the last mark and, if given, a number of lots. What exceeds it is cut off. */
export default rule({
  name: "max-position",
  params: { maxExposure: z.number().positive().default(1), maxLots: z.int().positive().optional() },
  start: ({ maxExposure, maxLots = Infinity }) => ({
    check(order, { account }) {
      const byExposure = account.markTicks > 0 ? Math.trunc((maxExposure * Math.max(account.equity, 0)) / account.markTicks) : 0;
      const limit = Math.min(byExposure, maxLots);
      const permitted = limit - signOf(order.side) * account.position;
      if (order.quantity <= permitted) return allow;
      const reason = `a position of ${account.position + signOf(order.side) * order.quantity} lots exceeds the limit of ${limit}`;
      return permitted > 0
        ? { verdict: "reduce", quantity: permitted as Lots, reason }
        : { verdict: "deny", code: "QUANTITY_EXCEEDS_MAXIMUM", reason };
    },
  }),
});

import { z } from "zod";
import type { Order } from "../../domain/index.ts";
import { allow, rule } from "../rule.ts";

/** Refuses a second order for the same instrument, side and quantity within a window. The same order again, by its id, is no second one. */
export default rule({
  name: "duplicate-intent",
  params: { windowMs: z.number().positive().default(1000) },
  start({ windowMs }) {
    let recent: { order: Order; timeMs: number }[] = [];
    return {
      check(order, { timeMs }) {
        recent = recent.filter((entry) => timeMs - entry.timeMs < windowMs);
        const twin = recent.find(({ order: other }) => other.id !== order.id && sameIntent(other, order));
        if (twin)
          return {
            verdict: "deny",
            code: "DUPLICATE_INTENT",
            reason: `order ${twin.order.id} asked for the same ${timeMs - twin.timeMs} ms ago`,
          };
        recent.push({ order, timeMs });
        return allow;
      },
    };
  },
});

const sameIntent = (left: Order, right: Order): boolean =>
  left.instrument.symbol === right.instrument.symbol && left.side === right.side && left.quantity === right.quantity;

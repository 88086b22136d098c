import { z } from "zod";
import { fromMoney, type Lots } from "../../domain/index.ts";
import { allow, rule, shrinkingLots } from "../rule.ts";

/** The largest value of one order, in quote currency, at its own price or else the last mark. A larger exit leaves in parts. */
export default rule({
  name: "max-order",
  params: { maxNotional: z.number().positive() },
  start: ({ maxNotional }) => ({
    check(order, { account }) {
      const lotValue = fromMoney(order.instrument, order.limitTicks ?? order.stopTicks ?? account.markTicks);
      const notional = order.quantity * lotValue;
      if (notional <= maxNotional) return allow;
      const reason = `a value of ${notional.toFixed(2)} ${order.instrument.currency} exceeds the limit of ${maxNotional} an order`;
      const part = Math.min(Math.floor(maxNotional / lotValue), order.quantity - 1);
      const exit = shrinkingLots(order, account) === order.quantity;
      return exit && part > 0
        ? { verdict: "reduce", quantity: part as Lots, reason }
        : { verdict: "deny", code: "NOTIONAL_EXCEEDS_MAX_PER_ORDER", reason };
    },
  }),
});

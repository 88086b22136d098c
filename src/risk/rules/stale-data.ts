import { z } from "zod";
import { allow, rule } from "../rule.ts";

/** How old the newest bar of the instrument may be when an order is decided. A bar from the future is no fresher. */
export default rule({
  name: "stale-data",
  params: { maxAgeMs: z.number().nonnegative() },
  start: ({ maxAgeMs }) => ({
    check(_order, { timeMs, lastBarMs }) {
      const ageMs = timeMs - lastBarMs;
      return ageMs >= 0 && ageMs <= maxAgeMs
        ? allow
        : { verdict: "deny", code: "STALE_DATA", reason: `the newest bar is ${ageMs} ms old, allowed are ${maxAgeMs}` };
    },
  }),
});

import { z } from "zod";
import { rule } from "../rule.ts";

const dayMs = 24 * 3600 * 1000;

/**
 * The largest loss of one day (UTC) as a share of the equity at the end of the day before. At a breach the position is left and
 * trading stops until a person resets the kill switch.
 */
export default rule({
  name: "daily-loss",
  params: { maxLoss: z.number().gt(0).lte(1).default(0.03) },
  start({ maxLoss }) {
    let day = NaN,
      startEquity = NaN,
      lastEquity = NaN;
    return {
      mark({ account, lastBarMs }) {
        const today = Math.floor((lastBarMs - 1) / dayMs); // A bar that closes at midnight belongs to the day before.
        if (today !== day) {
          startEquity = Number.isNaN(day) ? account.initialCash : lastEquity;
          day = today;
        }
        lastEquity = account.equity;
        const loss = startEquity - lastEquity;
        return loss >= maxLoss * startEquity
          ? { action: "stop", reason: `the day's loss of ${((100 * loss) / startEquity).toFixed(2)} % reached the limit` }
          : null;
      },
    };
  },
});

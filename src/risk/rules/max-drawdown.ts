import { z } from "zod";
import { rule } from "../rule.ts";

/**
 * The largest fall of equity from the session's peak, as a share of the peak. At a breach the position is left and trading stops
 * until a person resets the kill switch and a new session measures from a new peak.
 */
export default rule({
  name: "max-drawdown",
  params: { maxDrawdown: z.number().gt(0).lte(1).default(0.25) },
  start: ({ maxDrawdown }) => ({
    mark({ account }) {
      const { equity, peakEquity } = account;
      if (peakEquity - equity < maxDrawdown * peakEquity) return null;
      return { action: "stop", reason: `drawdown of ${percent(account.drawdown)} reached the limit of ${percent(maxDrawdown)}` };
    },
  }),
});

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

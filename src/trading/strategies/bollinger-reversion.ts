import { z } from "zod";
import { barCount, indicators } from "../../features/index.ts";
import { turnTo } from "../side.ts";
import { strategy } from "../strategy.ts";

/** Buys a close below the lower Bollinger band and leaves at the middle; above the upper band the other way (Bollinger, 2001). */
export default strategy({
  name: "bollinger-reversion",
  params: {
    period: barCount(20).describe("Bars of the mean"),
    deviations: z.number().positive().default(2).describe("How far off the mean the bands are"),
    allowShort: z.boolean().default(false).describe("Sell above the upper band as well"),
  },
  start({ allowShort, ...params }) {
    const next = indicators.bollinger.start(params);
    let seen = 0;
    let percentB = NaN;
    return {
      update({ close }) {
        percentB = next(close)[3]!;
        seen++;
      },
      onBar({ account }) {
        if (seen < params.period) return null;
        if (percentB < 0) return turnTo(account, 1);
        if (percentB > 1 && allowShort) return turnTo(account, -1);
        const { position } = account;
        const isBack = position > 0 ? percentB >= 0.5 : position < 0 && percentB <= 0.5;
        return isBack ? 0 : null;
      },
    };
  },
});

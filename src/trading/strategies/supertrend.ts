import { z } from "zod";
import { barCount, indicators } from "../../features/index.ts";
import { turnTo } from "../side.ts";
import { strategy } from "../strategy.ts";

/** Follows the direction of the supertrend indicator (Seban). */
export default strategy({
  name: "supertrend",
  params: {
    period: barCount(10, 1).describe("Bars of the mean range"),
    multiplier: z.number().positive().default(3).describe("How many ranges the stop stays off"),
    allowShort: z.boolean().default(false).describe("Short instead of flat below"),
  },
  start({ allowShort, ...params }) {
    const next = indicators.supertrend.start(params);
    let seen = 0;
    let direction = NaN;
    return {
      update({ high, low, close }) {
        direction = next(high, low, close)[1]!;
        seen++;
      },
      onBar: ({ account }) => (seen <= params.period ? null : turnTo(account, direction > 0 ? 1 : allowShort ? -1 : 0)),
    };
  },
});

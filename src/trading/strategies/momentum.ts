import { z } from "zod";
import { turnTo } from "../side.ts";
import { strategy } from "../strategy.ts";

/** Holds the sign of the return over the last bars (time-series momentum: Moskowitz, Ooi & Pedersen, 2012). */
export default strategy({
  name: "momentum",
  params: {
    lookback: z.int().min(1).max(10_000).default(250).describe("Bars over which the return is taken"),
    allowShort: z.boolean().default(false).describe("Short instead of flat after a loss"),
  },
  start({ lookback, allowShort }) {
    const size = lookback + 1;
    const closes = new Float64Array(size);
    let seen = 0;
    return {
      update: ({ close }) => void (closes[seen++ % size] = close),
      onBar({ bar, account }) {
        return seen < size ? null : turnTo(account, bar.close > closes[seen % size]! ? 1 : allowShort ? -1 : 0);
      },
    };
  },
});

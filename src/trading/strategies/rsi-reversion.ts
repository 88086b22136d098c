import { z } from "zod";
import { barCount, indicators } from "../../features/index.ts";
import { turnTo } from "../side.ts";
import { strategy } from "../strategy.ts";

/** Buys what has fallen too far by the relative strength index and leaves when it is back in the middle (Wilder, 1978; Connors & Alvarez, 2008). */
export default strategy({
  name: "rsi-reversion",
  params: {
    period: barCount(14).describe("Bars of the index"),
    low: z.number().min(0).max(50).default(30).describe("Long below it"),
    high: z.number().min(50).max(100).default(70).describe("Short above it, where shorts are allowed"),
    exit: z.number().min(0).max(100).default(50).describe("Flat again beyond it"),
    allowShort: z.boolean().default(false).describe("Sell what has risen too far as well"),
  },
  start({ period, low, high, exit, allowShort }) {
    const next = indicators.rsi.start({ period });
    let seen = 0;
    let strength = NaN;
    return {
      update({ close }) {
        strength = next(close);
        seen++;
      },
      onBar({ account }) {
        if (seen <= period) return null;
        if (strength < low) return turnTo(account, 1);
        if (strength > high && allowShort) return turnTo(account, -1);
        const { position } = account;
        const isBack = position > 0 ? strength >= exit : position < 0 && strength <= exit;
        return isBack ? 0 : null;
      },
    };
  },
});

import { z } from "zod";
import { indicators } from "../../features/index.ts";
import { turnTo } from "../side.ts";
import { strategy } from "../strategy.ts";

/** Long while the mean close of the last `fast` bars is above that of the last `slow`, else flat or short (Brock, Lakonishok & LeBaron, 1992). */
export default strategy({
  name: "moving-average-cross",
  params: {
    fast: z.int().min(1).max(10_000).default(20).describe("Bars of the shorter mean"),
    slow: z.int().min(2).max(10_000).default(100).describe("Bars of the longer mean"),
    allowShort: z.boolean().default(false).describe("Short instead of flat below"),
  },
  start({ fast, slow, allowShort }) {
    const [fastMean, slowMean] = [indicators.sma.start({ period: fast }), indicators.sma.start({ period: slow })];
    const needed = Math.max(fast, slow);
    let seen = 0;
    let isAbove = false;
    return {
      update({ close }) {
        isAbove = fastMean(close) > slowMean(close);
        seen++;
      },
      onBar({ account }) {
        return seen < needed ? null : turnTo(account, isAbove ? 1 : allowShort ? -1 : 0);
      },
    };
  },
});

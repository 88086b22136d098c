import { z } from "zod";
import { barCount, indicators } from "../../features/index.ts";
import { turnTo } from "../side.ts";
import { strategy } from "../strategy.ts";

/** Long while the MACD line is above its signal, else flat or short (Appel, 1979). */
export default strategy({
  name: "macd",
  params: {
    fast: barCount(12).describe("Bars of the faster mean"),
    slow: barCount(26).describe("Bars of the slower mean"),
    signal: barCount(9, 1).describe("Bars over which the line is smoothed"),
    allowShort: z.boolean().default(false).describe("Short instead of flat below"),
  },
  start({ allowShort, ...params }) {
    const next = indicators.macd.start(params);
    const warmup = indicators.macd.warmup(params);
    let seen = 0;
    let histogram = NaN;
    return {
      update({ close }) {
        histogram = next(close)[2]!;
        seen++;
      },
      onBar: ({ account }) => (seen <= warmup ? null : turnTo(account, histogram > 0 ? 1 : allowShort ? -1 : 0)),
    };
  },
});

import { z } from "zod";
import { barCount, indicators } from "../../features/index.ts";
import { turnTo } from "../side.ts";
import { strategy } from "../strategy.ts";

/** Long once the close is above the highest high of the bars before, until it is below the lowest low of fewer (Donchian, 1960; the Turtles' rules). */
export default strategy({
  name: "channel-breakout",
  params: {
    entry: barCount(20, 1).describe("Bars whose range must be left"),
    exit: barCount(10, 1).describe("Bars whose range must be left the other way to get out"),
    allowShort: z.boolean().default(false).describe("Breakouts downward as well"),
  },
  start({ entry, exit, allowShort }) {
    const [entryChannel, exitChannel] = [indicators.donchian.start({ period: entry }), indicators.donchian.start({ period: exit })];
    const needed = Math.max(entry, exit);
    // Of the bars before the newest, which is measured against them.
    let [top, bottom, exitTop, exitBottom] = [NaN, NaN, NaN, NaN];
    let [nextTop, nextBottom, nextExitTop, nextExitBottom] = [NaN, NaN, NaN, NaN];
    let seen = 0;
    return {
      update({ high, low }) {
        [top, bottom, exitTop, exitBottom] = [nextTop, nextBottom, nextExitTop, nextExitBottom];
        [nextTop = NaN, , nextBottom = NaN] = entryChannel(high, low);
        [nextExitTop = NaN, , nextExitBottom = NaN] = exitChannel(high, low);
        seen++;
      },
      onBar({ bar: { close }, account }) {
        if (seen <= needed) return null;
        if (close > top) return turnTo(account, 1);
        if (close < bottom && allowShort) return turnTo(account, -1);
        const { position } = account;
        const isOver = position > 0 ? close < exitBottom : position < 0 && close > exitTop;
        return isOver ? 0 : null;
      },
    };
  },
});

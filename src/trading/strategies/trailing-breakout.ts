import { z } from "zod";
import { barCount, indicators } from "../../features/index.ts";
import { strategy } from "../strategy.ts";

/**
 * Waits with a buy stop at the highest high of the last bars; what it bought is guarded by a trailing stop some mean ranges off. Sized
 * so that the stop costs a fixed share of equity (fixed fractional: Vince, 1990).
 */
export default strategy({
  name: "trailing-breakout",
  params: {
    lookback: barCount(20, 1).describe("Bars whose high must be broken"),
    rangePeriod: barCount(14, 1).describe("Bars of the mean range"),
    ranges: z.number().positive().default(3).describe("Mean ranges between price and stop"),
    risk: z.number().positive().max(1).default(0.01).describe("Share of equity that the stop may cost"),
  },
  start({ lookback, rangePeriod, ranges, risk }) {
    const [channel, meanRange] = [indicators.donchian.start({ period: lookback }), indicators.atr.start({ period: rangePeriod })];
    let seen = 0;
    let [top, range] = [NaN, NaN];
    return {
      update({ high, low, close }) {
        top = channel(high, low)[0]!;
        range = meanRange(high, low, close);
        seen++;
      },
      onBar({ account, orders }) {
        if (seen <= Math.max(lookback, rangePeriod) || account.position !== 0) return;
        for (const { order } of orders.working) orders.cancel(order.id); // Yesterday's level is not today's.
        const { tickSize } = orders.instrument;
        const offset = Math.max(1, Math.round((ranges * range) / tickSize));
        const ticks = Math.round(top / tickSize);
        const lots = Math.floor(Math.min((risk * account.equity) / offset, account.equity / ticks));
        if (lots > 0) orders.place({ side: "buy", lots, stop: top, exits: { trail: { by: "ticks", offset } } });
      },
    };
  },
});

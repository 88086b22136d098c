import { z } from "zod";
import { barCount, indicators } from "../../features/index.ts";
import { strategy } from "../strategy.ts";

/**
 * Rests a bid and an offer around the close, some mean ranges off it and both moved against what it holds, anew at every bar: market
 * making as far as bars can show it. Whether a resting order would have been reached first is more than bars tell.
 */
export default strategy({
  name: "quoting",
  params: {
    rangePeriod: barCount(20, 1).describe("Bars of the mean range"),
    distance: z.number().positive().default(1).describe("Mean ranges between the close and a quote"),
    size: z.number().positive().max(1).default(0.1).describe("Share of equity that a quote is for"),
    most: z.number().positive().max(1).default(0.5).describe("Largest share of equity to hold, of either sign"),
    skew: z.number().min(0).default(1).describe("Mean ranges by which both quotes move down at the largest holding"),
  },
  start({ rangePeriod, distance, size, most, skew }) {
    const meanRange = indicators.atr.start({ period: rangePeriod });
    let seen = 0;
    let range = NaN;
    return {
      update({ high, low, close }) {
        range = meanRange(high, low, close);
        seen++;
      },
      onBar({ bar: { close }, account, orders }) {
        for (const { order } of orders.working) orders.cancel(order.id);
        if (seen <= rangePeriod || !(account.equity > 0)) return;
        const { tickSize } = orders.instrument;
        const { exposure } = account;
        const middle = close - (exposure / most) * skew * range;
        const lots = Math.floor((size * account.equity) / account.markTicks);
        const bid = Math.min(middle - distance * range, close - tickSize);
        const ask = Math.max(middle + distance * range, close + tickSize);
        if (lots > 0 && exposure < most && bid >= tickSize) orders.place({ side: "buy", lots, limit: bid });
        if (lots > 0 && exposure > -most) orders.place({ side: "sell", lots, limit: ask });
      },
    };
  },
});

import { z } from "zod";
import { MovingAverage } from "../moving-average.ts";
import { exponentialMs, perSecond, trader } from "../trader.ts";

/**
 * Quotes both sides around its fair value, a moving average of the mid, each side half a spread away, and moves both quotes against
 * its inventory, by `skewTicks` for each lot: who holds much sells cheaper and buys lower (Ho & Stoll, 1981; Avellaneda & Stoikov,
 * 2008). It never takes: a quote that would cross stands a tick before the other side's best price.
 */
export default trader({
  name: "market-maker",
  params: {
    /** How often it looks at its quotes, a second. */
    quoteRate: perSecond(5),
    lots: z.int().min(1).default(5),
    /** At this position it stops quoting the side that would add to it. */
    maxLots: z.int().min(1).default(50),
    halfSpreadTicks: z.number().min(0.5).default(2),
    skewTicks: z.number().min(0).default(0.1),
    halfLifeMs: z.number().positive().default(500),
  },
  start({ quoteRate, lots, maxLots, halfSpreadTicks, skewTicks, halfLifeMs }, floor, owner) {
    const fair = new MovingAverage(halfLifeMs);
    const { book } = floor;
    const ids = new Float64Array(2); // Of the bid and the ask, 0 for none.

    const quote = (side: number, ticks: number, wanted: number): void => {
      const place = side > 0 ? 0 : 1;
      const id = ids[place]!;
      const slot = id === 0 ? -1 : book.slotOf(id);
      if (wanted < 1 || ticks < 1) {
        if (slot >= 0) floor.cancel(id);
        ids[place] = 0;
      } else if (slot < 0) {
        ids[place] = floor.limit(owner, side, ticks, wanted);
      } else if (book.ladder.ticks[book.orders.level[slot]!] !== ticks || book.orders.lots[slot] !== wanted) {
        floor.replace(id, ticks, wanted);
      }
    };
    return {
      open() {
        ids.fill(0);
        fair.reset(floor.centreTicks, floor.timeMs);
      },
      waitMs: () => exponentialMs(floor.random, quoteRate),
      act() {
        const position = floor.positions[owner]!;
        const centre = fair.update(floor.midTicks, floor.timeMs) - skewTicks * position;
        const shown = Math.max(1, Math.round(lots * Math.min(1, floor.conditions.limitFactor)));
        const bid = Math.min(Math.floor(centre - halfSpreadTicks), floor.touchTicks(-1) - 1);
        quote(1, bid, Math.min(shown, maxLots - position));
        const ask = Math.max(Math.ceil(centre + halfSpreadTicks), floor.touchTicks(1) + 1);
        quote(-1, ask, Math.min(shown, maxLots + position));
      },
    };
  },
});

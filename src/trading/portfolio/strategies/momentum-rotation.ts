import { z } from "zod";
import { barCount } from "../../../features/index.ts";
import { Rebalance, RebalanceClock } from "../rebalance.ts";
import { portfolioStrategy } from "../strategy.ts";

/**
 * Holds the instruments that have risen most, in equal shares (relative strength: Jegadeesh & Titman, 1993), and with `absolute` cash in
 * the place of one that has not risen at all (dual momentum: Antonacci, 2014). Of equal returns the first wins. An instrument without a bar
 * since the last rebalancing is no candidate.
 */
export default portfolioStrategy({
  name: "momentum-rotation",
  summary: "the instruments that have risen most, or cash (Jegadeesh & Titman, 1993; Antonacci, 2014)",
  params: {
    lookback: barCount(250).describe("Own bars over which the return is taken"),
    skip: z.int().min(0).max(10_000).default(0).describe("Latest bars that are left out, for reversal in the short run"),
    top: z.int().min(1).default(1).describe("Instruments to hold"),
    absolute: z.boolean().default(true).describe("Cash in the place of one that has not risen"),
    rebalance: Rebalance.default("month").describe("Moments from one rebalancing to the next, or week, month, quarter, year"),
  },
  start({ lookback, skip, top, absolute, rebalance }, instruments) {
    const clock = new RebalanceClock(rebalance);
    const pasts = instruments.map(() => new Closes(lookback + skip + 1));
    return {
      update({ closeTime, fresh }) {
        clock.update(closeTime);
        for (const [place, bar] of fresh.entries()) if (bar) pasts[place]!.add(bar.close);
      },
      onMoment() {
        if (!clock.isDue) return null;
        const growths = pasts.map((past) => (past.isFull && past.isLive ? past.back(skip) / past.back(skip + lookback) : NaN));
        if (growths.every(Number.isNaN)) return null;
        clock.done();
        for (const past of pasts) past.isLive = false;
        const chosen = [...growths.keys()]
          .filter((place) => growths[place]! > (absolute ? 1 : 0))
          .toSorted((left, right) => growths[right]! - growths[left]!)
          .slice(0, top);
        return growths.map((_, place) => (chosen.includes(place) ? 1 / top : 0));
      },
    };
  },
});

/** The last closes of an instrument. */
class Closes {
  /** Whether one has come since this was last set to false. */
  isLive = false;
  private readonly values: Float64Array;
  private count = 0;

  constructor(size: number) {
    this.values = new Float64Array(size);
  }

  add(close: number): void {
    this.values[this.count++ % this.values.length] = close;
    this.isLive = true;
  }

  get isFull(): boolean {
    return this.count >= this.values.length;
  }

  /** The close so many bars before the last. */
  back(bars: number): number {
    return this.values[(this.count - 1 - bars) % this.values.length]!;
  }
}

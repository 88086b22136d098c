import { z } from "zod";
import { MovingAverage } from "../moving-average.ts";
import { takerParams, targetTaker } from "../target-taker.ts";
import { trader } from "../trader.ts";

/** Bets on the return: short while the mid stands above its slow average by more than a threshold, long while below, flat once they have met again. */
export default trader({
  name: "mean-reversion",
  params: {
    ...takerParams,
    halfLifeMs: z.number().positive().default(20_000),
    thresholdTicks: z.number().min(0).default(4),
  },
  start({ halfLifeMs, thresholdTicks, ...params }, floor, owner) {
    const average = new MovingAverage(halfLifeMs);
    return targetTaker(floor, owner, params, {
      reset: () => average.reset(floor.centreTicks, floor.timeMs),
      wantedLots(position) {
        const mid = floor.midTicks;
        const excess = mid - average.update(mid, floor.timeMs);
        if (Math.abs(excess) > thresholdTicks) return -Math.sign(excess) * params.maxLots;
        return excess * position > 0 ? 0 : position;
      },
    });
  },
});

import { z } from "zod";
import { MovingAverage } from "../moving-average.ts";
import { takerParams, targetTaker } from "../target-taker.ts";
import { trader } from "../trader.ts";

/** Follows the trend: long while a quick average of the mid stands above a slow one by more than a threshold, short while below, otherwise as it is until they cross. */
export default trader({
  name: "momentum",
  params: {
    ...takerParams,
    fastHalfLifeMs: z.number().positive().default(1000),
    slowHalfLifeMs: z.number().positive().default(10_000),
    thresholdTicks: z.number().min(0).default(2),
  },
  start({ fastHalfLifeMs, slowHalfLifeMs, thresholdTicks, ...params }, floor, owner) {
    const [fast, slow] = [new MovingAverage(fastHalfLifeMs), new MovingAverage(slowHalfLifeMs)];
    return targetTaker(floor, owner, params, {
      reset() {
        fast.reset(floor.centreTicks, floor.timeMs);
        slow.reset(floor.centreTicks, floor.timeMs);
      },
      wantedLots(position) {
        const mid = floor.midTicks;
        const trend = fast.update(mid, floor.timeMs) - slow.update(mid, floor.timeMs);
        if (Math.abs(trend) > thresholdTicks) return Math.sign(trend) * params.maxLots;
        return trend * position < 0 ? 0 : position;
      },
    });
  },
});

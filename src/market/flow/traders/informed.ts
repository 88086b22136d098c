import { z } from "zod";
import { takerParams, targetTaker } from "../target-taker.ts";
import { trader } from "../trader.ts";

/** Knows the fundamental value some time ahead and takes whatever is offered at a better price by more than a threshold, as in Kyle (1985) and Glosten & Milgrom (1985). */
export default trader({
  name: "informed",
  params: {
    ...takerParams,
    maxLots: z.int().min(1).default(1000), // With less room he would soon be full, and the price would leave the value.
    /** How far ahead it knows the value. */
    leadMs: z.number().min(0).default(5000),
    thresholdTicks: z.number().min(0).default(1),
  },
  start({ leadMs, thresholdTicks, ...params }, floor, owner, fundamental) {
    const movesAhead = fundamental.foresee(leadMs);
    return targetTaker(floor, owner, params, {
      reset: () => undefined,
      wantedLots(position) {
        const value = fundamental.ticks(movesAhead);
        if (value > floor.touchTicks(-1) + thresholdTicks) return params.maxLots;
        return value < floor.touchTicks(1) - thresholdTicks ? -params.maxLots : position;
      },
    });
  },
});

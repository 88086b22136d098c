import { z } from "zod";
import type { Floor } from "./floor.ts";
import { exponentialMs, perSecond, type Trader } from "./trader.ts";

/** Parameters of those who look from time to time and take towards the position that they want. */
export const takerParams = {
  /** How often it looks, a second. */
  lookRate: perSecond(2),
  /** Lots of one order, and the position at most. */
  lots: z.int().min(1).default(2),
  maxLots: z.int().min(1).default(20),
};

/** A trader who looks from time to time and sends a market order towards the position that `wantedLots` says, within its limit. */
export function targetTaker(
  floor: Floor,
  owner: number,
  { lookRate, lots, maxLots }: { readonly lookRate: number; readonly lots: number; readonly maxLots: number },
  { reset, wantedLots }: { readonly reset: () => void; readonly wantedLots: (position: number) => number },
): Trader {
  return {
    open: reset,
    waitMs: () => exponentialMs(floor.random, lookRate * floor.conditions.marketFactor),
    act() {
      const position = floor.positions[owner]!;
      const missing = Math.max(-maxLots, Math.min(maxLots, wantedLots(position))) - position;
      if (missing !== 0) floor.take(owner, Math.sign(missing), Math.min(lots, Math.abs(missing)));
    },
  };
}

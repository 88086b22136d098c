import type { Clock } from "../../base/index.ts";
import type { VenueRest } from "./venue.ts";

/** How far a clock is ahead of the venue's, ms, and how far it may be at most: the question's way there is not known from its way back. */
export interface ClockSkew {
  readonly clockSkewMs: number;
  readonly mostMs: number;
}

/** Asks for the venue's time: it is taken for that halfway between question and answer. Undefined where the venue tells no time. */
export async function measureSkew({ serverTime }: VenueRest, clock: Clock): Promise<ClockSkew | undefined> {
  if (!serverTime) return undefined;
  const before = clock.now();
  const told = await serverTime();
  const after = clock.now();
  return { clockSkewMs: (before + after) / 2 - told, mostMs: after - told };
}

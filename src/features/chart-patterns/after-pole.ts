import { type Line, priceAt, through } from "./chart-shape.ts";
import type { Pivots } from "./pivots.ts";

/** A short rest after a swift fall, between two lines. */
export interface AfterPole {
  readonly ceiling: Line;
  readonly floor: Line;
  /** Distance of the lines at the foot of the pole and at the latest pivot. */
  readonly widthAtFirst: number;
  readonly widthAtLast: number;
  /** What each line gains over the rest. */
  readonly ceilingGain: number;
  readonly floorGain: number;
  /** Length of the fall, in price. */
  readonly pole: number;
}

/** The rest takes back so much of the pole at most. */
const mostTakenBack = 1 / 2;

/**
 * The lines around a rest of four pivots after the fall that the fifth latest begins: one that took no longer than the rest, and that
 * the rest takes back by half at most.
 */
export function restAfterPole(pivots: Pivots): AfterPole | undefined {
  const [top, foot, latest] = [pivots.bar(4), pivots.bar(3), pivots.bar(0)];
  const pole = pivots.price(4) - pivots.price(3);
  const highest = Math.max(pivots.price(2), pivots.price(0));
  const lowest = Math.min(pivots.price(3), pivots.price(1));
  if (!(foot - top <= latest - foot && highest - lowest <= mostTakenBack * pole)) return undefined;
  const ceiling = through(pivots, 2, 0);
  const floor = through(pivots, 3, 1);
  const widthAtFirst = priceAt(ceiling, foot) - priceAt(floor, foot);
  const widthAtLast = priceAt(ceiling, latest) - priceAt(floor, latest);
  if (!(widthAtFirst > 0 && widthAtLast > 0)) return undefined;
  const bars = latest - foot;
  return { ceiling, floor, widthAtFirst, widthAtLast, ceilingGain: ceiling.slope * bars, floorGain: floor.slope * bars, pole };
}

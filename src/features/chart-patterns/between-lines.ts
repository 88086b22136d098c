import { type Line, priceAt, through } from "./chart-shape.ts";
import type { Pivots } from "./pivots.ts";

/** Three tops on one line above two bottoms, whose line is the other. */
export interface BetweenLines {
  readonly ceiling: Line;
  readonly floor: Line;
  /** Distance of the lines at the first and at the last of the five pivots. */
  readonly widthAtFirst: number;
  readonly widthAtLast: number;
  /** What each line gains from the first to the last pivot. */
  readonly ceilingGain: number;
  readonly floorGain: number;
}

/** The lines around the latest five pivots, where the middle top is as near to the ceiling as `tolerance` of their distance allows. */
export function linesAround(pivots: Pivots, tolerance: number): BetweenLines | undefined {
  const ceiling = through(pivots, 4, 0);
  const floor = through(pivots, 3, 1);
  const [first, last] = [pivots.bar(4), pivots.bar(0)];
  const widthAtFirst = priceAt(ceiling, first) - priceAt(floor, first);
  const widthAtLast = priceAt(ceiling, last) - priceAt(floor, last);
  const miss = Math.abs(pivots.price(2) - priceAt(ceiling, pivots.bar(2)));
  if (!(widthAtLast > 0 && miss <= tolerance * widthAtFirst)) return undefined;
  const bars = last - first;
  return { ceiling, floor, widthAtFirst, widthAtLast, ceilingGain: ceiling.slope * bars, floorGain: floor.slope * bars };
}

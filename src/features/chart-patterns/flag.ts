import { restAfterPole } from "./after-pole.ts";
import type { ChartShape } from "./chart-shape.ts";

/**
 * Bear flag, and upside down the bull flag (Edwards & Magee, 1948; Bulkowski, 2005): a swift fall, the pole, then a rest of four pivots
 * between two lines at nearly the same distance that do not go on falling and that take back half of the pole at most. A close below
 * the floor confirms that the fall goes on, one above the ceiling refutes it.
 */
export const flag: ChartShape = {
  name: "bear flag",
  inverse: "bull flag",
  size: 5,
  match(pivots, tolerance) {
    const rest = restAfterPole(pivots);
    if (rest === undefined) return undefined;
    const { ceiling, floor, widthAtFirst, widthAtLast, ceilingGain, floorGain, pole } = rest;
    const slack = tolerance * widthAtFirst;
    if (!(Math.abs(widthAtLast - widthAtFirst) <= slack && (ceilingGain + floorGain) / 2 >= -slack)) return undefined;
    return { ceiling, floor, height: pole, direction: -1 };
  },
};

import { restAfterPole } from "./after-pole.ts";
import { mostLeft, type ChartShape } from "./chart-shape.ts";

/**
 * Bear pennant, and upside down the bull pennant (Edwards & Magee, 1948; Bulkowski, 2005): a swift fall, the pole, then a rest of four
 * pivots between a ceiling that does not rise and a floor that does not fall, by a third nearer to each other at the end, which takes
 * back half of the pole at most. A close below the floor confirms that the fall goes on, one above the ceiling refutes it.
 */
export const pennant: ChartShape = {
  name: "bear pennant",
  inverse: "bull pennant",
  size: 5,
  match(pivots, tolerance) {
    const rest = restAfterPole(pivots);
    if (rest === undefined) return undefined;
    const { ceiling, floor, widthAtFirst, widthAtLast, ceilingGain, floorGain, pole } = rest;
    const level = (tolerance * widthAtFirst) / 2;
    if (!(ceilingGain <= level && floorGain >= -level && widthAtLast <= mostLeft * widthAtFirst)) return undefined;
    return { ceiling, floor, height: pole, direction: -1 };
  },
};

import { linesAround } from "./between-lines.ts";
import { type ChartShape, mostLeft } from "./chart-shape.ts";

/**
 * Triangle (Edwards & Magee, 1948; Lo, Mamaysky & Wang, 2000): five pivots between a ceiling that does not rise and a floor that does
 * not fall, by a third nearer to each other at the end: symmetrical, ascending with a level ceiling, descending with a level floor.
 * A close beyond either line confirms it.
 */
export const triangle: ChartShape = {
  name: "triangle",
  size: 5,
  match(pivots, tolerance) {
    const lines = linesAround(pivots, tolerance);
    if (lines === undefined) return undefined;
    const { ceiling, floor, widthAtFirst, widthAtLast, ceilingGain, floorGain } = lines;
    const level = (tolerance * widthAtFirst) / 2;
    if (!(ceilingGain <= level && floorGain >= -level && widthAtLast <= mostLeft * widthAtFirst)) return undefined;
    return { ceiling, floor, height: widthAtFirst, direction: 0 };
  },
};

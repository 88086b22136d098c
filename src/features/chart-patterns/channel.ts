import { linesAround } from "./between-lines.ts";
import type { ChartShape } from "./chart-shape.ts";

/**
 * Channel, level ones (rectangles) included (Edwards & Magee, 1948): five pivots between two lines that stay at nearly the same
 * distance. A close beyond either line confirms it.
 */
export const channel: ChartShape = {
  name: "channel",
  size: 5,
  match(pivots, tolerance) {
    const lines = linesAround(pivots, tolerance);
    if (lines === undefined) return undefined;
    const { ceiling, floor, widthAtFirst, widthAtLast } = lines;
    if (!(Math.abs(widthAtLast - widthAtFirst) <= tolerance * widthAtFirst)) return undefined;
    return { ceiling, floor, height: (widthAtFirst + widthAtLast) / 2, direction: 0 };
  },
};

import { linesAround } from "./between-lines.ts";
import { mostLeft, type ChartShape } from "./chart-shape.ts";

/**
 * Rising wedge, and upside down the falling one (Edwards & Magee, 1948; Bulkowski, 2005): five pivots between two lines that lean the
 * same way and draw together by a third at least. It is confirmed by a close beyond the line that it leans away from: a rising one
 * below its floor; a close beyond the other line refutes it.
 */
export const wedge: ChartShape = {
  name: "rising wedge",
  inverse: "falling wedge",
  size: 5,
  match(pivots, tolerance) {
    const lines = linesAround(pivots, tolerance);
    if (lines === undefined) return undefined;
    const { ceiling, floor, widthAtFirst, widthAtLast, ceilingGain, floorGain } = lines;
    const level = (tolerance * widthAtFirst) / 2;
    const leaning = Math.min(ceilingGain, floorGain) > level ? 1 : Math.max(ceilingGain, floorGain) < -level ? -1 : 0;
    if (leaning === 0 || !(widthAtLast <= mostLeft * widthAtFirst)) return undefined;
    return { ceiling, floor, height: widthAtFirst, direction: leaning > 0 ? -1 : 1 };
  },
};

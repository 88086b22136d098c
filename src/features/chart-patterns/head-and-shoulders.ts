import { type ChartShape, levelAt, priceAt, through } from "./chart-shape.ts";

/**
 * Head and shoulders, also upside down (Edwards & Magee, 1948; Lo, Mamaysky & Wang, 2000): a rise, then three tops of which the middle
 * one, the head, is clearly the highest and the others, the shoulders, are nearly of one height, above a nearly level neckline through
 * the troughs. A close below the neckline confirms it, one above the head refutes it.
 */
export const headAndShoulders: ChartShape = {
  name: "head and shoulders",
  inverse: "inverse head and shoulders",
  size: 6,
  match(pivots, tolerance) {
    const [right, head, left] = [pivots.price(0), pivots.price(2), pivots.price(4)];
    const [rightTrough, leftTrough, origin] = [pivots.price(1), pivots.price(3), pivots.price(5)];
    const neckline = through(pivots, 3, 1);
    const height = head - priceAt(neckline, pivots.bar(2));
    const slack = tolerance * height;
    const isLevel = Math.abs(left - right) <= slack && Math.abs(leftTrough - rightTrough) <= slack;
    const stands = head - Math.max(left, right) > slack && Math.min(left, right) - Math.max(leftTrough, rightTrough) > slack;
    if (!(isLevel && stands && origin < Math.min(leftTrough, rightTrough))) return undefined;
    return { ceiling: levelAt(head), floor: neckline, height, direction: -1 };
  },
};

import { type ChartShape, levelAt } from "./chart-shape.ts";

/**
 * Double top, and upside down the double bottom (Edwards & Magee, 1948; Lo, Mamaysky & Wang, 2000): a rise from below the trough
 * between two tops of nearly the same height. A close below the trough confirms it, one above both tops refutes it.
 */
export const doubleTop: ChartShape = {
  name: "double top",
  inverse: "double bottom",
  size: 4,
  match(pivots, tolerance) {
    const [second, trough, first, origin] = [pivots.price(0), pivots.price(1), pivots.price(2), pivots.price(3)];
    const height = (first + second) / 2 - trough;
    if (!(Math.abs(first - second) <= tolerance * height && origin < trough)) return undefined;
    return { ceiling: levelAt(Math.max(first, second)), floor: levelAt(trough), height, direction: -1 };
  },
};

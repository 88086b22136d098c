import fc from "fast-check";
import { expect, test } from "vitest";
import { drawdownsOf } from "./drawdown.ts";

test("a drawdown is measured from the highest value so far, as a plain search finds it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 })), (equity) => {
      expect(drawdownsOf(equity)).toEqual(equity.map((value, index) => 1 - value / Math.max(...equity.slice(0, index + 1))));
    }),
  );
});

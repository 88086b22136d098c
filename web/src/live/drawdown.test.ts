import fc from "fast-check";
import { expect, test } from "vitest";
import { drawdownsOf } from "./drawdown.ts";

test("a drawdown is measured from the highest value so far, as a plain search finds it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 })), fc.integer({ min: 1, max: 1000 }), (equity, initial) => {
      expect(drawdownsOf(equity, initial)).toEqual(
        equity.map((value, index) => value / Math.max(initial, ...equity.slice(0, index + 1)) - 1),
      );
    }),
  );
});

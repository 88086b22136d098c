import fc from "fast-check";
import { expect, test } from "vitest";
import { deviationsPerMedian, quantileOf, TrailingWindow } from "./trailing-window.ts";
import { UsualMoves } from "./usual-moves.ts";

const median = (values: readonly number[]): number => {
  const ascending = values.toSorted((left, right) => left - right);
  return (ascending[(values.length - 1) >> 1]! + ascending[values.length >> 1]!) / 2;
};

test("median and spread of the last values are those of the plain twin, ties and all", () => {
  const value = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.constant(NaN),
    fc.constant(Infinity),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(value, { minLength: 1, maxLength: 60 }), (size, values) => {
      const window = new TrailingWindow(size);
      const finite: number[] = [];
      for (const each of values) {
        window.push(each);
        if (Number.isFinite(each)) finite.push(each);
        const last = finite.slice(-size);
        expect(window.count).toBe(last.length);
        if (last.length === 0) expect([window.median(), window.medianDeviation()]).toEqual([NaN, NaN]);
        else {
          const center = median(last);
          expect(window.median()).toBeCloseTo(center, 9);
          expect(window.medianDeviation()).toBeCloseTo(median(last.map((one) => Math.abs(one - center))), 9);
        }
      }
    }),
  );
});

test("a median deviation is worth 1 / Φ⁻¹(3/4) standard deviations, and quantiles are lower neighbours", () => {
  expect(deviationsPerMedian).toBeCloseTo(1 / 0.6744897501960817, 14);
  expect([0, 0.5, 0.99, 1].map((share) => quantileOf([4, 1, 3, 2], share))).toEqual([1, 3, 4, 4]);
  expect(quantileOf([], 0.5)).toBeNaN();
});

test("what is usual follows a wild fortnight at once and forgets it, and is never below the least", () => {
  const usual = new UsualMoves({ leastScale: 0.001 });
  const after = (size: number, moves: number) => {
    for (let index = 0; index < moves; index++) usual.push(size * ((index % 5) - 2)); // Median deviation: the size.
    return usual.scale / deviationsPerMedian / size;
  };
  expect(after(0.01, 9)).toBeCloseTo(0.1 / deviationsPerMedian, 12); // Too few to say.
  expect(after(0.01, 61)).toBeCloseTo(1, 12);
  expect(after(0.05, 10)).toBeCloseTo(1, 12);
  expect(after(0.01, 60)).toBeCloseTo(1, 12);
  expect(after(0.0001, 70)).toBeCloseTo(10 / deviationsPerMedian, 12);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Fold, highest, lowest, rollingFold, rollingMoments, sum } from "./rolling.ts";

const windows = (values: readonly number[], period: number) =>
  values.map((_, index) => values.slice(Math.max(0, index - period + 1), index + 1));

const slowMean = (window: readonly number[]) => window.reduce((total, value) => total + value, 0) / window.length;

const slowSquares = (window: readonly number[]) => window.reduce((total, value) => total + (value - slowMean(window)) ** 2, 0);

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { maxLength: 80 });
const period = fc.integer({ min: 1, max: 12 });

test.each<[string, Fold, (window: readonly number[]) => number]>([
  ["sum", sum, (window) => window.reduce((total, value) => total + value, 0)],
  ["highest", highest, (window) => Math.max(...window)],
  ["lowest", lowest, (window) => Math.min(...window)],
])("a rolling %s equals that of each window written out", (_, fold, slow) => {
  fc.assert(
    fc.property(values, period, (values, period) => {
      const results = values.map(rollingFold(period, fold));
      windows(values, period).forEach((window, index) => expect(results[index]).toBeCloseTo(slow(window), 9));
    }),
  );
});

test("rolling moments equal those of each window written out", () => {
  fc.assert(
    fc.property(values, period, (values, period) => {
      const moments = rollingMoments(period);
      windows(values, period).forEach((window, index) => {
        moments.update(values[index]!);
        expect(moments.mean).toBeCloseTo(slowMean(window), 9);
        expect(moments.squares).toBeCloseTo(slowSquares(window), 6);
        expect(moments.squares).toBeGreaterThanOrEqual(0);
      });
    }),
  );
});

test("a window of equal values has no spread at all, whatever came before", () => {
  fc.assert(
    fc.property(values, period, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (values, period, level) => {
      const moments = rollingMoments(period);
      for (const value of [...values, ...Array<number>(period).fill(level)]) moments.update(value);
      expect(moments.mean).toBe(level);
      expect(moments.squares).toBe(0);
    }),
  );
});

test("nothing drifts over a million values", () => {
  const random = new Random(7);
  const window = 20;
  const walk = new Float64Array(1_000_000);
  for (let index = 0, level = 100; index < walk.length; index++) walk[index] = level *= Math.exp(0.01 * random.normal());
  const total = rollingFold(window, sum);
  const moments = rollingMoments(window);
  let worst = 0;
  walk.forEach((value, index) => {
    const rolled = total(value);
    moments.update(value);
    if (index < window || index % 97 !== 0) return;
    const slice = [...walk.subarray(index - window + 1, index + 1)];
    worst = Math.max(
      worst,
      Math.abs(rolled / window / slowMean(slice) - 1),
      Math.abs(moments.mean / slowMean(slice) - 1),
      Math.abs(moments.squares / slowSquares(slice) - 1),
    );
  });
  expect(worst).toBeLessThan(1e-11);
});

test("a bad value is forgotten once it has left the window", () => {
  const total = rollingFold(4, sum);
  const moments = rollingMoments(4);
  const values = [1, 2, NaN, 1e30, -Infinity, 3, 4, 5, 6, 7, 8, 9];
  const sums = values.map(total);
  for (const value of values) moments.update(value);
  expect(sums.slice(-4)).toEqual([18, 22, 26, 30]);
  expect(moments.mean).toBe(7.5);
  expect(moments.squares).toBe(5);
});

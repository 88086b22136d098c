import fc from "fast-check";
import { expect, test } from "vitest";
import { nelderMead } from "./nelder-mead.ts";

const search = { edge: 0.5, tolerance: 1e-14, maxSteps: 5000 };

test("finds the bottom of Rosenbrock's valley from its usual start", () => {
  const rosenbrock = ([x, y]: readonly number[]) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2;
  const { place, value } = nelderMead(rosenbrock, [-1.2, 1], search);
  expect(place[0]).toBeCloseTo(1, 6);
  expect(place[1]).toBeCloseTo(1, 6);
  expect(value).toBeLessThan(1e-12);
});

test("finds the bottom of any bowl in three dimensions, and never ends higher than it began", () => {
  const numbers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(numbers, numbers, (bottom, start) => {
      const bowl = (place: readonly number[]) => place.reduce((sum, value, axis) => sum + (axis + 1) * (value - bottom[axis]!) ** 2, 0);
      const { place, value } = nelderMead(bowl, start, search);
      place.forEach((each, axis) => expect(each).toBeCloseTo(bottom[axis]!, 4));
      expect(value).toBeLessThanOrEqual(bowl(start));
    }),
    { seed: 3, numRuns: 50 },
  );
});

test("stays where the function is a number", () => {
  const { place } = nelderMead(([x]) => x! - Math.log(x!), [0.2], search); // NaN below 0, least at 1.
  expect(place[0]).toBeCloseTo(1, 6);
});

test("grows its steps on a long way down", () => {
  const { place } = nelderMead(([x, y]) => (x! - 5000) ** 2 + (y! + 3000) ** 2, [0, 0], { ...search, maxSteps: 150 });
  expect(place[0]).toBeCloseTo(5000, 3);
  expect(place[1]).toBeCloseTo(-3000, 3);
});

test("shrinks towards the best corner where every step on the line climbs", () => {
  const behindAHump = ([x]: readonly number[]) => {
    if (x! < 0) return 3;
    if (x === 0) return 0;
    if (x! < 0.4) return (x! - 0.2) ** 2 - 1;
    return x! < 1 ? 2 : 1;
  };
  expect(nelderMead(behindAHump, [0], { ...search, edge: 1 }).place[0]).toBeCloseTo(0.2, 5);
});

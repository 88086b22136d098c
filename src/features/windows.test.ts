import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { correlationOf, rollingCovariance } from "./covariance.ts";
import { rollingExtreme } from "./extremes.ts";
import { lagged, recentValues } from "./lag.ts";
import { standardMoments } from "./moments.ts";
import { sortedWindow } from "./order-statistics.ts";
import { correlationOfLists, meanOf, productsOf, squaresOf, sumOf, window } from "./testing/plain-columns.ts";
import { rollingLine, rollingWeighted } from "./weighted.ts";

const value = fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.integer({ min: -3, max: 3 }));
const values = fc.array(value, { maxLength: 80 });
const pairs = fc.array(fc.tuple(value, value), { maxLength: 80 });
const period = fc.integer({ min: 2, max: 12 });

test("a lagged value is the one that many before", () => {
  fc.assert(
    fc.property(values, period, (values, period) => {
      const past = lagged(period);
      values.forEach((value, index) => expect(past(value)).toBe(values[index - period] ?? NaN));
    }),
  );
});

test("recent values stand in order, in one stretch", () => {
  fc.assert(
    fc.property(values, period, (values, period) => {
      const recent = recentValues(period);
      values.forEach((value, index) => {
        recent.update(value);
        const seen = [...recent.values.subarray(recent.start, recent.start + period)];
        expect(seen.filter((value) => !Number.isNaN(value))).toEqual(window(values, index, period));
      });
    }),
  );
});

test.each([1, -1] as const)("the extreme of a window in direction %d is found with its age, the latest of equal ones", (direction) => {
  fc.assert(
    fc.property(values, period, (values, period) => {
      const extreme = rollingExtreme(period, direction);
      values.forEach((value, index) => {
        extreme.update(value);
        const seen = window(values, index, period);
        const best = direction * Math.max(...seen.map((value) => direction * value));
        expect(extreme.value === best).toBe(true); // Of +0 and −0 either will do.
        expect(extreme.age).toBe(seen.length - 1 - seen.findLastIndex((value) => value === best));
      });
    }),
  );
});

test("an extreme passes over what is no number, and is none where there is no number", () => {
  const extreme = rollingExtreme(2, 1);
  const found = [3, NaN, NaN, 1].map((value) => {
    extreme.update(value);
    return [extreme.value, extreme.age];
  });
  expect(found).toEqual([
    [3, 0],
    [3, 1],
    [NaN, 0],
    [1, 0],
  ]);
});

test("weighted sums and the line of least squares equal those of each window written out", () => {
  fc.assert(
    fc.property(values, period, (values, period) => {
      const weighted = rollingWeighted(period);
      const line = rollingLine(period);
      values.forEach((value, index) => {
        weighted.update(value);
        line.update(value);
        if (index < period - 1) return;
        const seen = window(values, index, period);
        const places = seen.map((_, place) => place);
        const slope = productsOf(places, seen) / squaresOf(places);
        expect(weighted.sum).toBeCloseTo(sumOf(seen), 9);
        expect(weighted.weighted).toBeCloseTo(sumOf(seen.map((value, place) => (place + 1) * value)), 8);
        expect(line.slope).toBeCloseTo(slope, 9);
        expect(line.intercept).toBeCloseTo(meanOf(seen) - slope * meanOf(places), 9);
      });
    }),
  );
});

test("joint moments equal those of each window written out", () => {
  fc.assert(
    fc.property(pairs, period, (pairs, period) => {
      const moments = rollingCovariance(period);
      pairs.forEach(([x, y], index) => {
        moments.update(x, y);
        const [xs, ys] = [0, 1].map((side) =>
          window(
            pairs.map((pair) => pair[side as 0 | 1]),
            index,
            period,
          ),
        ) as [number[], number[]];
        expect(moments.meanX).toBeCloseTo(meanOf(xs), 9);
        expect(moments.meanY).toBeCloseTo(meanOf(ys), 9);
        expect(moments.squaresX).toBeCloseTo(squaresOf(xs), 5);
        expect(moments.squaresY).toBeCloseTo(squaresOf(ys), 5);
        expect(moments.products).toBeCloseTo(productsOf(xs, ys), 5);
        if (squaresOf(xs) > 1e-6 && squaresOf(ys) > 1e-6) expect(correlationOf(moments)).toBeCloseTo(correlationOfLists(xs, ys), 7);
      });
    }),
  );
});

test("a sorted window is the window, sorted", () => {
  fc.assert(
    fc.property(values, period, value, (values, period, probe) => {
      const sorted = sortedWindow(period);
      values.forEach((value, index) => {
        sorted.update(value);
        const seen = window(values, index, period);
        expect([...sorted.values.subarray(0, sorted.count)].map((value) => value + 0)).toEqual(
          seen.toSorted((left, right) => left - right).map((value) => value + 0),
        );
        expect(sorted.below(probe)).toBe(seen.filter((value) => value < probe).length);
      });
    }),
  );
});

test("a sorted window keeps its number of values whatever comes in, and gives back what it was before", () => {
  const sorted = sortedWindow(3);
  for (const value of [1, NaN, Infinity, -Infinity, NaN, 5, 4, 3]) sorted.update(value);
  expect([...sorted.values.subarray(0, sorted.count)]).toEqual([3, 4, 5]);
  expect(sorted.quantile(0.25)).toBe(3.5);
});

test("nothing drifts over a million values", () => {
  const random = new Random(7);
  const size = 20;
  const walk = new Float64Array(1_000_000);
  for (let index = 0, level = 100; index < walk.length; index++) walk[index] = level *= Math.exp(0.01 * random.normal());
  const weighted = rollingWeighted(size);
  const moments = rollingCovariance(size);
  let worst = 0;
  walk.forEach((value, index) => {
    weighted.update(value);
    moments.update(value, index % 13);
    if (index < size || index % 997 !== 0) return;
    const seen = [...walk.subarray(index - size + 1, index + 1)];
    const others = seen.map((_, place) => (index - size + 1 + place) % 13);
    const scale = Math.sqrt(squaresOf(seen) * squaresOf(others));
    worst = Math.max(
      worst,
      Math.abs(weighted.weighted / sumOf(seen.map((value, place) => (place + 1) * value)) - 1),
      Math.abs(moments.products - productsOf(seen, others)) / scale,
    );
  });
  expect(worst).toBeLessThan(1e-11);
});

test("a bad value is forgotten once it has left the window", () => {
  const [weighted, moments, shape] = [rollingWeighted(3), rollingCovariance(3), standardMoments(3)];
  for (const value of [1, 2, NaN, 1e30, -Infinity, 3, 4, 5, 6]) {
    weighted.update(value);
    moments.update(value, -value);
    shape.update(value);
  }
  expect(weighted).toMatchObject({ sum: 15, weighted: 4 + 10 + 18 });
  expect(moments).toMatchObject({ meanX: 5, meanY: -5, squaresX: 2, squaresY: 2, products: -2 });
  expect(shape).toMatchObject({ skewness: 0, kurtosis: -1.5 });
});

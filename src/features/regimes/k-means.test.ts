import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { kMeans, nearestCentre } from "./k-means.ts";

/** The least sum of squared distances of any way to sort a few numbers into groups: in one dimension groups are stretches of them. */
function leastInertia(values: readonly number[], groups: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const within = (from: number, to: number) => {
    const stretch = sorted.slice(from, to);
    const mean = stretch.reduce((sum, value) => sum + value, 0) / stretch.length;
    return stretch.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
  const best = (to: number, left: number): number =>
    left === 1
      ? within(0, to)
      : Math.min(
          ...Array.from(
            { length: Math.max(0, to - left + 1) },
            (_, index) => best(left - 1 + index, left - 1) + within(left - 1 + index, to),
          ),
        );
  return best(sorted.length, groups);
}

test("is the best of all groupings of a few numbers", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 4, maxLength: 12 }),
      fc.constantFrom(1, 2, 3),
      (values, clusters) => {
        const { inertia, centres } = kMeans(Float64Array.from(values), 1, { clusters, restarts: 60, random: new Random(1) });
        const least = leastInertia(values, clusters);
        expect(centres).toHaveLength(clusters);
        expect(Math.abs(inertia - least)).toBeLessThan(1e-9 * Math.max(1, least));
      },
    ),
    { seed: 9, numRuns: 60 },
  );
});

test("finds heaps that lie apart in the plane from one start of k-means++, each centre the mean of its rows", () => {
  const random = new Random(4);
  const heaps = [
    [0, 0],
    [20, 0],
    [0, 20],
    [20, 20],
  ];
  const rows = Float64Array.from(
    heaps.flatMap(([x, y]) => Array.from({ length: 50 }, () => [x! + random.normal(), y! + random.normal()]).flat()),
  );
  const { centres } = kMeans(rows, 2, { clusters: 4, restarts: 3, random: new Random(5) });
  heaps.forEach((_, heap) => {
    const own = Array.from({ length: 50 }, (_each, row) => 2 * (50 * heap + row));
    const labels = new Set(own.map((offset) => nearestCentre(centres, rows, offset)));
    expect(labels.size).toBe(1);
    [0, 1].forEach((column) =>
      expect(centres[[...labels][0]!]![column]).toBeCloseTo(own.reduce((sum, offset) => sum + rows[offset + column]!, 0) / 50, 10),
    );
  });
});

test("has no more centres than rows that differ", () => {
  const { centres, inertia } = kMeans(Float64Array.of(1, 2, 1, 2, 1), 1, { clusters: 4, restarts: 2, random: new Random(1) });
  expect(centres.flat().toSorted((left, right) => left - right)).toEqual([1, 2]);
  expect(inertia).toBe(0);
});

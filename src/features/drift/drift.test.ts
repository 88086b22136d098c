import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import type { FeatureMatrix } from "../pipeline.ts";
import { columnStatistics, ColumnStatistics, correlationRows } from "./column-statistics.ts";
import { compareWithTraining } from "./compare.ts";

/** A matrix of one column. */
const matrixOf = (values: ArrayLike<number>): FeatureMatrix => ({
  names: ["a"],
  width: 1,
  rows: values.length,
  values: Float32Array.from(values),
  firstReady: 0,
});

/** An autoregression of order 1 with deviation 1, around a mean. */
function series(random: Random, rows: number, memory = 0, mean = 0, deviation = 1): Float64Array {
  let state = random.normal();
  return Float64Array.from({ length: rows }, () => {
    state = memory * state + Math.sqrt(1 - memory ** 2) * random.normal();
    return mean + deviation * state;
  });
}

const statisticsOf = (values: ArrayLike<number>) => columnStatistics(matrixOf(values), 0, values.length);
const driftOf = (training: ArrayLike<number>, fresh: ArrayLike<number>) =>
  compareWithTraining(statisticsOf(training), matrixOf(fresh), 0, fresh.length)[0]!;

describe("statistics of a column", () => {
  test("of ten numbers are what can be counted by hand", () => {
    const [found] = columnStatistics(matrixOf([99, NaN, 4, 2, 2, 8, 6, 6, 6, 10, 0, 99]), 1, 11);
    const finite = [4, 2, 2, 8, 6, 6, 6, 10, 0];
    const mean = 44 / 9;
    expect(found).toMatchObject({ name: "a", rows: 10, mean: expect.closeTo(mean, 12), percentiles: [0, 2, 4, 6, 8, 10] });
    expect(found!.missing).toBeCloseTo(0.1, 12);
    expect(found!.deviation).toBeCloseTo(Math.sqrt(finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 9), 12);
    expect(found!.notAbove).toEqual([1 / 9, 3 / 9, 4 / 9, 7 / 9, 8 / 9, 1]);
    expect(found!.edges).toEqual([0, 2, 4, 6, 8]);
    found!.shares.forEach((share, bin) => expect(share).toBeCloseTo([1 / 9, 2 / 9, 1 / 9, 3 / 9, 1 / 9, 1 / 9][bin]!, 12));
  });

  test("come back from JSON the same", () => {
    const [found] = statisticsOf(series(new Random(1), 500, 0.5));
    expect(ColumnStatistics.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });

  test("bins hold equal shares where nothing is tied, and one bin everything where all is one number", () => {
    expect(statisticsOf(series(new Random(2), 1000))[0]!.shares).toEqual(Array<number>(10).fill(expect.closeTo(0.1, 12) as number));
    expect(statisticsOf(Array<number>(50).fill(7))[0]).toMatchObject({ edges: [], shares: [1], percentiles: [7], deviation: 0 });
  });

  test("refuse a column without numbers", () => expect(() => statisticsOf([NaN, NaN, 3])).toThrow("has 1 values"));

  test.each([0, 0.5, 0.9])("correlation in rows of an autoregression with memory %d is (1 + φ) / (1 − φ)", (memory) => {
    const expected = (1 + memory) / (1 - memory);
    const found = correlationRows(series(new Random(3), 50_000, memory));
    expect(found / expected).toBeGreaterThan(0.85);
    expect(found / expected).toBeLessThan(1.15);
  });
});

describe("new data", () => {
  const training = series(new Random(5), 4000, 0.8);

  test("that are the training rows themselves have not drifted at all", () => {
    expect(driftOf(training, training)).toMatchObject({ stability: 0, distance: 0, shift: 0, verdict: "steady" });
  });

  test("the index, the distance and the shift are those of their formulas", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: -1, max: 1, noNaN: true }), (seed, mean) => {
        const before = Float32Array.from(series(new Random(seed), 300));
        const after = Float32Array.from(series(new Random(seed + 1), 200, 0, mean));
        const { edges, shares } = statisticsOf(before)[0]!;
        const binOf = (value: number) => edges.filter((edge) => value > edge).length;
        const counts = shares.map((_, bin) => [...after].filter((value) => binOf(value) === bin).length);
        const index = shares.reduce((sum, share, bin) => {
          const found = Math.max(counts[bin]! / 200, 1e-4);
          return sum + (found - share) * Math.log(found / share);
        }, 0);
        const shareNotAbove = (values: Float32Array, limit: number) => values.filter((value) => value <= limit).length / values.length;
        const exact = Math.max(
          ...[...before, ...after].map((limit) => Math.abs(shareNotAbove(before, limit) - shareNotAbove(after, limit))),
        );
        const found = driftOf(before, after);
        expect(found.stability).toBeCloseTo(index, 9);
        const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = before.reduce((sum, value) => sum + (value - meanOf(before)) ** 2, 0) / 300;
        expect(found.shift).toBeCloseTo((meanOf(after) - meanOf(before)) / Math.sqrt(variance), 9);
        expect(found.distance).toBeLessThanOrEqual(exact + 1e-12);
        expect(found.distance).toBeGreaterThan(exact - 0.03); // Between two percentiles of 300 numbers may lie three.
      }),
      { seed: 6, numRuns: 20 },
    );
  });

  test("planted drift is found, whatever of the distribution moves", () => {
    const random = new Random(7);
    expect(driftOf(training, series(random, 2000, 0.8, 1.2)).verdict).toBe("drift");
    expect(driftOf(training, series(random, 2000, 0.8, 0, 2.5)).verdict).toBe("drift");
    expect(driftOf(training, series(random, 2000, 0.8, 0.5)).verdict).not.toBe("steady");
    expect(
      driftOf(
        training,
        series(random, 2000, 0.8).map((value) => Math.abs(value)),
      ).verdict,
    ).toBe("drift");
  });

  test.each([0, 0.8, 0.95])("without drift seldom alarm, though correlated in time (memory %d)", (memory) => {
    const random = new Random(8);
    let alarms = 0;
    for (let round = 0; round < 200; round++) {
      alarms += driftOf(series(random, 2000, memory), series(random, 250, memory)).verdict === "steady" ? 0 : 1;
    }
    expect(alarms).toBeLessThanOrEqual(12); // Three measures, each wrong in at most one of a hundred.
  });

  test("that go missing have drifted, and of none there is nothing to measure", () => {
    const holes = series(new Random(9), 1000, 0.8).map((value, row) => (row % 10 === 0 ? NaN : value));
    expect(driftOf(training, holes).verdict).toBe("drift");
    expect(driftOf(training, [NaN, NaN])).toMatchObject({ missing: 1, stability: null, noise: null, verdict: "drift" });
    expect(() => compareWithTraining(statisticsOf(training), matrixOf([1]), 1, 1)).toThrow("No row of the new data");
  });

  test("of a column that stood still in training are told apart by any move", () => {
    const still = Array<number>(100).fill(3);
    expect(driftOf(still, still).verdict).toBe("steady");
    expect(
      driftOf(
        still,
        still.map((value) => value + 1),
      ).verdict,
    ).toBe("drift");
  });
});

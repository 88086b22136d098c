import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParams, Random } from "../../base/index.ts";
import { type Bars, barsFrom } from "../../domain/index.ts";
import { defaultFeatures, featurePipeline } from "../index.ts";
import { walkBars } from "../sample-bars.ts";
import { correlationMatrix, nearDuplicates, pearson, ranks, spearman } from "./correlation.ts";
import { mutualInformation, sortedColumn, standardised } from "./mutual-information.ts";
import { meanOverFolds, ridgeTrial } from "./permutation-importance.ts";
import { selectFeatures, selectionParams } from "./select-features.ts";
import { comingReturns, selectionTable, type SelectionTable } from "./selection-table.ts";

const normals = (random: Random, rows: number) => Float64Array.from({ length: rows }, () => random.normal());

/** A column that has a correlation with another. */
const related = (random: Random, column: Float64Array, correlation: number) =>
  column.map((value) => correlation * value + Math.sqrt(1 - correlation ** 2) * random.normal());

const column = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 12, maxLength: 12 }).map((values) => Float64Array.from(values));

describe("correlation", () => {
  test("of five numbers is that of the book", () => {
    const [left, right] = [Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(2, 1, 4, 3, 7)];
    expect(pearson(left, right)).toBeCloseTo(12 / Math.sqrt(10 * 21.2), 12);
    expect(spearman(left, right)).toBeCloseTo(0.8, 12);
    expect(pearson(left, Float64Array.of(3, 3, 3, 3, 3))).toBe(0);
  });

  test("ranks are counts of what is below and half of what is equal", () => {
    fc.assert(
      fc.property(column, (values) => {
        const plain = values.map(
          (value) => values.filter((each) => each < value).length + (values.filter((each) => each === value).length + 1) / 2,
        );
        expect(ranks(values)).toEqual(plain);
      }),
      { seed: 1 },
    );
  });

  test("of ranks is the same for any growing function of a column", () => {
    fc.assert(
      fc.property(column, column, (left, right) => {
        expect(spearman(left.map(Math.exp), right)).toBeCloseTo(spearman(left, right), 12);
        expect(
          spearman(
            left.map((value) => -value),
            right,
          ),
        ).toBeCloseTo(-spearman(left, right), 12);
      }),
      { seed: 2 },
    );
  });

  test("finds columns that say the same, and chains of them", () => {
    const random = new Random(3);
    const first = normals(random, 500);
    const columns = [first, normals(random, 500), first.map((value) => -2 * value + 1), related(random, first, 0.97), normals(random, 500)];
    expect(nearDuplicates(correlationMatrix(columns, spearman), 0.9)).toEqual([0, 1, 0, 0, 2]);
    expect(nearDuplicates(correlationMatrix(columns, spearman), 1)).toEqual([0, 1, 0, 2, 3]);
    expect(
      nearDuplicates(
        [
          [1, 0.9, 0],
          [0.9, 1, -0.9],
          [0, -0.9, 1],
        ],
        0.9,
      ),
    ).toEqual([0, 0, 0]);
  });
});

describe("mutual information", () => {
  const estimate = (left: Float64Array, right: Float64Array, random: Random) =>
    mutualInformation(sortedColumn(standardised(left, random)), standardised(right, random));

  test.each([0, 0.3, 0.6, 0.9])("of normal columns with correlation %d is −½ ln(1 − ρ²)", (correlation) => {
    const random = new Random(4);
    const estimates = Array.from({ length: 40 }, () => {
      const left = normals(random, 1500);
      return estimate(left, related(random, left, correlation), random);
    });
    const mean = estimates.reduce((sum, value) => sum + value, 0) / 40;
    expect(Math.abs(mean - -0.5 * Math.log(1 - correlation ** 2))).toBeLessThan(0.02);
  });

  test("sees what no correlation sees, and does not mind growing functions", () => {
    const random = new Random(5);
    const left = normals(random, 1500);
    const square = left.map((value) => value ** 2 + 0.1 * random.normal());
    expect(Math.abs(pearson(left, square))).toBeLessThan(0.15);
    expect(estimate(left, square, random)).toBeGreaterThan(0.5);
    const other = related(random, left, 0.6);
    expect(Math.abs(estimate(left.map(Math.atan), other, random) - estimate(left, other, random))).toBeLessThan(0.05);
  });

  test("is what the definition counts", () => {
    const harmonic = (n: number) => Array.from({ length: n }, (_, index) => 1 / (index + 1)).reduce((sum, value) => sum + value, 0);
    const plain = (left: Float64Array, right: Float64Array) => {
      const rows = left.length;
      const terms = Array.from(left, (value, row) => {
        const [inLeft, inRight] = [left.map((each) => Math.abs(each - value)), right.map((each) => Math.abs(each - right[row]!))];
        const distance = Array.from(inLeft, (each, other) => (other === row ? Infinity : Math.max(each, inRight[other]!))).toSorted(
          (a, b) => a - b,
        )[2]!;
        const nearer = (distances: Float64Array) => distances.filter((each, other) => other !== row && each < distance).length;
        return harmonic(nearer(inLeft)) + harmonic(nearer(inRight));
      });
      return harmonic(2) + harmonic(rows - 1) - terms.reduce((sum, value) => sum + value, 0) / rows;
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: -0.99, max: 0.99, noNaN: true }), (seed, correlation) => {
        const random = new Random(seed);
        const left = standardised(normals(random, 60), random);
        const right = standardised(related(random, left, correlation), random);
        expect(mutualInformation(sortedColumn(left), right)).toBeCloseTo(plain(left, right), 9);
      }),
      { seed: 6, numRuns: 30 },
    );
  });

  test("of a signal of three values is still measured", () => {
    const random = new Random(7);
    const signal = Float64Array.from({ length: 1500 }, () => random.below(3) - 1);
    const told = signal.map((value) => value + 0.2 * random.normal());
    expect(estimate(signal, told, random)).toBeGreaterThan(0.8); // ln 3 = 1.1 is all there is.
    expect(Math.abs(estimate(signal, normals(random, 1500), random))).toBeLessThan(0.06);
  });
});

const tableOf = (columns: Float64Array[], target: Float64Array): SelectionTable => ({
  names: columns.map((_, place) => `c${place}`),
  rows: target.length,
  columns,
  target,
});

describe("permutation importance", () => {
  const random = new Random(8);
  const columns = [normals(random, 400), normals(random, 400), normals(random, 400)];
  const target = columns[0]!.map((value, row) => 2 * value - columns[1]![row]! + random.normal());
  const table = tableOf(columns, target);

  test("is the mean over permutations, as many as there are", () => {
    // Of one fold, its weights got from the errors that a shuffled column makes.
    const options = { folds: 4, gap: 3, penalty: 0.1 };
    const { importance } = ridgeTrial(table, options)(target);
    const [from, to] = [100, 200];
    const learned = Array.from({ length: 400 }, (_, row) => row).filter((row) => row < from - 3 || row >= to + 3);
    const moments = columns.map((values) => {
      const mean = learned.reduce((sum, row) => sum + values[row]!, 0) / learned.length;
      return { mean, deviation: Math.sqrt(learned.reduce((sum, row) => sum + (values[row]! - mean) ** 2, 0) / learned.length) };
    });
    const standard = columns.map((values, place) => values.map((value) => (value - moments[place]!.mean) / moments[place]!.deviation));
    const centre = learned.reduce((sum, row) => sum + target[row]!, 0) / learned.length;
    const loss = (weights: readonly number[]) =>
      learned.reduce(
        (sum, row) =>
          sum + (target[row]! - centre - weights.reduce((part, weight, place) => part + weight * standard[place]![row]!, 0)) ** 2,
        0,
      ) /
        learned.length +
      0.1 * weights.reduce((sum, weight) => sum + weight ** 2, 0);
    // Coordinate descent, by the parabola through three points.
    const weights = [0, 0, 0];
    for (let round = 0; round < 60; round++) {
      for (const place of [0, 1, 2]) {
        const at = (value: number) => loss(weights.with(place, value));
        const [below, middle, above] = [at(-1), at(0), at(1)];
        weights[place] = (below - above) / (2 * (above - 2 * middle + below));
      }
    }
    const errorOf = (given: readonly Float64Array[]) => {
      const errors = Array.from(
        { length: to - from },
        (_, row) => target[from + row]! - centre - weights.reduce((sum, weight, place) => sum + weight * given[place]![row]!, 0),
      );
      return errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
    };
    const own = standard.map((values) => values.slice(from, to));
    const tested = target.slice(from, to);
    const mean = tested.reduce((sum, value) => sum + value, 0) / tested.length;
    const variance = tested.reduce((sum, value) => sum + (value - mean) ** 2, 0) / tested.length;
    const shuffles = 3000;
    for (const place of [0, 1, 2]) {
      let total = 0;
      for (let shuffle = 0; shuffle < shuffles; shuffle++) {
        const other = own[place]!.slice();
        random.shuffle(other);
        total += errorOf(own.with(place, other)) - errorOf(own);
      }
      expect(Math.abs(importance[1]![place]! - total / shuffles / variance)).toBeLessThan(0.02);
    }
  });

  test("says which columns count, and explains what can be explained", () => {
    const { importance, rSquared } = ridgeTrial(table, { folds: 5, gap: 1, penalty: 1e-6 })(target);
    const means = [0, 1, 2].map((place) => meanOverFolds(Float64Array.from(importance, (each) => each[place]!)));
    expect(rSquared).toBeGreaterThan(0.78); // 5 / 6 of the variance is not noise.
    expect(rSquared).toBeLessThan(0.88);
    expect(means[0]!.low).toBeGreaterThan(means[1]!.high);
    expect(means[1]!.low).toBeGreaterThan(0.1);
    expect(means[2]!.high).toBeLessThan(0.02);
  });

  test("learns nothing from the stretch that it is tried on, nor from the gap beside it", () => {
    const trial = ridgeTrial(table, { folds: 4, gap: 10, penalty: 0.1 });
    const touched = target.slice();
    touched[95]! += 1e6;
    touched[205]! -= 1e6;
    const other = trial(touched);
    expect(other.importance[1]).toEqual(trial(target).importance[1]);
    expect(other.importance[3]).not.toEqual(trial(target).importance[3]);
  });

  test("is none for a column that never moves", () => {
    const still = tableOf([columns[0]!, new Float64Array(400).fill(3)], target);
    expect(ridgeTrial(still, { folds: 4, gap: 0, penalty: 0.1 })(target).importance.map((each) => each[1])).toEqual([0, 0, 0, 0]);
  });

  test("interval of three folds is that of Student's t with the corrected variance", () => {
    const { mean, low, high } = meanOverFolds(Float64Array.of(1, 2, 6));
    const reach = 4.303 * Math.sqrt(7 * (1 / 3 + 1 / 2));
    expect([mean, low, high]).toEqual([3, expect.closeTo(3 - reach, 9), expect.closeTo(3 + reach, 9)]);
  });
});

const params = (change: object = {}) => parseParams(selectionParams, { trials: 39, mostRows: 2000, ...change });

/** Bars whose returns follow the one before. */
function drivenBars(seed: number, rows: number, memory: number): Bars {
  const random = new Random(seed);
  let [price, change] = [100, 0];
  return barsFrom(
    walkBars(random, 1).instrument,
    Array.from({ length: rows }, (_, row) => {
      change = memory * change + 0.01 * random.normal();
      const open = price;
      price *= Math.exp(change);
      return { closeTime: row, open, high: Math.max(open, price), low: Math.min(open, price), close: price, volume: 1000 };
    }),
  );
}

const selectionOf = (bars: Bars, training: { from: number; to: number }, change: object = {}) => {
  const given = params(change);
  const matrix = featurePipeline(defaultFeatures.filter(({ indicator }) => indicator !== "volume-ratio")).batch(bars);
  return selectFeatures(selectionTable(matrix, comingReturns(bars, given.horizon), training, given.horizon, given.mostRows), given);
};

describe("selection", () => {
  test("finds what was planted: yesterday's return where returns have a memory", () => {
    const found = selectionOf(drivenBars(11, 1600, 0.35), { from: 0, to: 1500 });
    expect(found.features[0]).toMatchObject({ name: "log-return-1", keep: true, informationChance: 1 / 40, importanceChance: 1 / 40 });
    expect(found.features[0]!.importance.low).toBeGreaterThan(0);
    expect(found.ridge).toMatchObject({ chance: 1 / 40 });
    expect(found.ridge.rSquared).toBeGreaterThan(0.05);
    expect(found.verdict).toMatch(/tell more than noise at 5 %.*log-return-1.*In a linear forecast.*log-return-1/);
  });

  test("tells how far apart from where: clusters of volatility give a forecast nothing", () => {
    const random = new Random(15);
    let [price, deviation] = [100, 0.002];
    const bars = barsFrom(
      walkBars(random, 1).instrument,
      Array.from({ length: 1250 }, (_, row) => {
        const open = price;
        if (random.below(40) === 0) deviation = 0.032 - deviation;
        price *= Math.exp(deviation * random.normal());
        return { closeTime: row, open, high: Math.max(open, price), low: Math.min(open, price), close: price, volume: 1000 };
      }),
    );
    const found = selectionOf(bars, { from: 0, to: 1250 });
    expect(found.features.find(({ name }) => name === "rolling-volatility-20")).toMatchObject({ useful: true });
    expect(found.verdict).toContain("None helps a linear forecast");
  });

  test("says honestly of a random walk that nothing tells anything, but for one in twenty", () => {
    let wrong = 0;
    for (let seed = 20; seed < 34; seed++) {
      const found = selectionOf(drivenBars(seed, 500, 0), { from: 0, to: 450 });
      wrong += found.features.some(({ useful }) => useful) ? 1 : 0;
      if (!found.features.some(({ useful }) => useful)) expect(found.verdict).toContain("Nothing here is better than noise");
      expect(found.features.filter(({ keep }) => keep).every(({ useful }) => useful)).toBe(true);
    }
    expect(wrong).toBeLessThanOrEqual(2);
  });

  test("looks at the training rows and at nothing behind them, targets included", () => {
    const bars = drivenBars(12, 700, 0.3);
    const { close } = bars;
    const before = selectionOf(bars, { from: 0, to: 500 }, { horizon: 3 });
    close.fill(1e6, 500);
    expect(selectionOf(bars, { from: 0, to: 500 }, { horizon: 3 })).toEqual(before);
    expect(before.rows).toBe(500 - 3 - 49);
    close[499]! *= 1.5;
    expect(selectionOf(bars, { from: 0, to: 500 }, { horizon: 3 })).not.toEqual(before);
  });

  test("keeps one of those that say the same", () => {
    const bars = drivenBars(13, 1200, 0.4);
    const matrix = featurePipeline([
      { indicator: "log-return", name: "a" },
      { indicator: "mom", params: { period: 1 }, name: "b" },
      { indicator: "rsi", params: { period: 50 }, name: "c" },
    ]).batch(bars);
    const found = selectFeatures(selectionTable(matrix, comingReturns(bars, 1), { from: 0, to: 1200 }, 1, 2000), params());
    expect(found.duplicates).toEqual([["a", "b"]]);
    const [first, second] = found.features.filter(({ name }) => name !== "c");
    expect([first!.keep, second!.keep, second!.useful]).toEqual([true, false, true]);
    expect(found.verdict).toContain("near-duplicates");
  });

  test("needs a hundred rows", () =>
    expect(() => selectionOf(drivenBars(14, 200, 0), { from: 0, to: 149 })).toThrow("Only 99 training rows"));
});

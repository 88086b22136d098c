import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { blackLittermanReturns, impliedReturns } from "./black-litterman.ts";
import { dot, estimate, solve, times } from "./covariance.ts";
import { hierarchicalWeights } from "./hierarchy.ts";
import { riskParityWeights, riskShares } from "./risk-parity.ts";
import { bestRatioWeights, longOnlyWeights, ontoSimplex } from "./simplex.ts";

const [rows, assets] = [60, 5];
const values = Float64Array.from({ length: rows * assets }, (_, index) => {
  const [t, a] = [Math.floor(index / assets), index % assets];
  return 0.01 * Math.sin(1.3 * t + a) + 0.004 * (a + 1) * Math.cos(0.7 * t * (a + 1)) + 0.0005 * (a - 1);
});
const sample = estimate({ values, rows, assets }, "sample");
const near = (found: ArrayLike<number>, expected: readonly number[], digits: number) =>
  expected.forEach((value, index) => expect(found[index]!).toBeCloseTo(value, digits));

/** A random covariance matrix of full rank. */
function randomCovariance(random: Random, size: number): Float64Array {
  const factors = Float64Array.from({ length: size * size }, () => random.normal());
  return Float64Array.from({ length: size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    return (
      dot(factors.subarray(row * size, (row + 1) * size), factors.subarray(column * size, (column + 1) * size)) + (row === column ? 0.1 : 0)
    );
  });
}

describe("equal to scikit-learn and SciPy on the same series", () => {
  test("Ledoit & Wolf's shrinkage", () => {
    const { shrinkage, covariance } = estimate({ values, rows, assets });
    expect(shrinkage).toBeCloseTo(0.07953860207474252, 12);
    expect(covariance[0]).toBeCloseTo(6.570895889245379e-5, 14);
    expect(covariance[assets + 2]).toBeCloseTo(2.3244299117030288e-5, 14);
  });
  test("hierarchical risk parity as its author wrote it", () => {
    near(
      hierarchicalWeights(sample.covariance, assets),
      [0.3500272442474445, 0.26089548308311467, 0.23107709824082892, 0.09066782383399542, 0.0673323505946165],
      12,
    );
  });
  test("long-only portfolios, to what a general optimiser reaches", () => {
    near(
      longOnlyWeights(sample.covariance, new Float64Array(assets), 1),
      [0.5241063313923998, 0.059747210765527, 0.1914223280300647, 0.16794280797613026, 0.05678132183587813],
      4,
    );
    near(longOnlyWeights(sample.covariance, sample.mean, 5), [0, 0.025793623847022874, 0.19361163807857992, 0, 0.7805947380743973], 4);
    near(bestRatioWeights(sample.covariance, sample.mean)!, [0, 0.41161347519767, 0.20541851104833694, 0, 0.3829680137539933], 4);
  });
});

describe("optimal by the conditions of Karush, Kuhn & Tucker", () => {
  test("mean and variance: no weight would rather be elsewhere", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        (seed, size, aversion) => {
          const random = new Random(seed);
          const covariance = randomCovariance(random, size);
          const mean = Float64Array.from({ length: size }, () => random.normal());
          const weights = longOnlyWeights(covariance, mean, aversion);
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
          const slope = times(covariance, weights).map((value, index) => aversion * value - mean[index]!);
          const lowest = Math.min(...slope);
          weights.forEach((weight, index) => {
            expect(weight).toBeGreaterThanOrEqual(0);
            if (weight > 1e-9) expect(slope[index]! - lowest).toBeLessThan(1e-6 * (1 + Math.abs(lowest)));
          });
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  test("the best ratio beats every other portfolio tried", () => {
    const random = new Random(2);
    for (let round = 0; round < 100; round++) {
      const size = 2 + random.below(6);
      const covariance = randomCovariance(random, size);
      const mean = Float64Array.from({ length: size }, () => random.normal() + 0.3);
      const ratio = (weights: Float64Array) => dot(mean, weights) / Math.sqrt(dot(weights, times(covariance, weights)));
      const best = bestRatioWeights(covariance, mean);
      if (best === null) {
        expect(Math.max(...mean)).toBeLessThanOrEqual(0);
        continue;
      }
      for (let attempt = 0; attempt < 200; attempt++) {
        const other = ontoSimplex(Float64Array.from({ length: size }, (_, index) => best[index]! + 0.3 * random.normal()));
        expect(ratio(other)).toBeLessThanOrEqual(ratio(best) + 1e-9);
      }
    }
  });

  test("the nearest point of the simplex is nearer than any other", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 1e6 }),
        (point, seed) => {
          const nearest = ontoSimplex(point);
          expect(nearest.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
          const distance = (other: ArrayLike<number>) => point.reduce((sum, value, index) => sum + (value - other[index]!) ** 2, 0);
          const random = new Random(seed);
          for (let attempt = 0; attempt < 20; attempt++) {
            const draws = point.map(() => -Math.log(1 - random.uniform()));
            const total = draws.reduce((sum, value) => sum + value, 0);
            expect(distance(draws.map((value) => value / total))).toBeGreaterThanOrEqual(distance(nearest) - 1e-9);
          }
        },
      ),
      { seed: 3 },
    );
  });
});

test("two assets of least variance, in closed form", () => {
  const [first, second, correlation] = [0.2, 0.3, 0.4];
  const shared = first * second * correlation;
  const weights = longOnlyWeights(Float64Array.of(first ** 2, shared, shared, second ** 2), [0, 0], 1);
  expect(weights[0]).toBeCloseTo((second ** 2 - shared) / (first ** 2 + second ** 2 - 2 * shared), 12);
});

test("risk parity: every asset adds the same", () => {
  const random = new Random(4);
  for (let round = 0; round < 50; round++) {
    const size = 1 + random.below(8);
    const covariance = randomCovariance(random, size);
    const shares = riskShares(covariance, riskParityWeights(covariance, size));
    for (const share of shares) expect(share).toBeCloseTo(1 / size, 8);
  }
});

describe("Black & Litterman", () => {
  const implied = impliedReturns(sample.covariance, new Float64Array(assets).fill(0.2), 3);
  const relative = Float64Array.of(1, -1, 0, 0, 0);

  test("without a view, or with one that says what is implied, nothing moves", () => {
    expect(blackLittermanReturns(sample.covariance, implied, [])).toEqual(implied);
    near(blackLittermanReturns(sample.covariance, implied, [{ weights: relative, value: dot(relative, implied) }]), [...implied], 15);
  });
  test("a view held for certain comes true, a doubtful one moves half way at its default", () => {
    const certain = blackLittermanReturns(sample.covariance, implied, [{ weights: relative, value: 0.01, variance: 0 }]);
    expect(dot(relative, certain)).toBeCloseTo(0.01, 12);
    const doubtful = blackLittermanReturns(sample.covariance, implied, [{ weights: relative, value: 0.01 }]);
    expect(dot(relative, doubtful)).toBeCloseTo((0.01 + dot(relative, implied)) / 2, 12);
  });
  test("two views equal the formula with whole matrices", () => {
    const tau = 0.1;
    const views = [
      { weights: relative, value: 0.01, variance: 2e-5 },
      { weights: Float64Array.of(0, 0, 1, 0, 0), value: -0.002, variance: 1e-5 },
    ];
    // The other form: ((τΣ)⁻¹ + Pᵀ Ω⁻¹ P)⁻¹ ((τΣ)⁻¹ Π + Pᵀ Ω⁻¹ q).
    const identity = Float64Array.from({ length: assets ** 2 }, (_, index) => (index % (assets + 1) === 0 ? 1 : 0));
    const precision = solve(
      sample.covariance.map((value) => value * tau),
      identity,
      assets,
    );
    const left = precision.slice();
    const right = times(precision, implied);
    for (const { weights, value, variance } of views) {
      for (let row = 0; row < assets; row++) {
        right[row]! += (weights[row]! * value) / variance;
        for (let column = 0; column < assets; column++) left[row * assets + column]! += (weights[row]! * weights[column]!) / variance;
      }
    }
    near(blackLittermanReturns(sample.covariance, implied, views, tau), [...solve(left, right, assets)], 12);
  });
});

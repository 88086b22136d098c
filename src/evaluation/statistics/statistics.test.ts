import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { momentsOf, normalCdf, normalDensity, normalQuantile } from "./index.ts";

describe("the normal distribution", () => {
  // From tables and from erfc of the C library.
  test.each([
    [-10, 7.619853024160593e-24],
    [-5, 2.866515718791946e-7],
    [-1.96, 0.024997895148220435],
    [0, 0.5],
    [1, 0.8413447460685429],
    [2.5, 0.9937903346742238],
  ])("Φ(%d)", (x, probability) => {
    expect(normalCdf(x) / probability).toBeCloseTo(1, 12);
  });

  test.each([
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.5, 0],
    [1e-10, -6.361340902404056],
  ])("Φ⁻¹(%d)", (probability, x) => {
    expect(normalQuantile(probability)).toBeCloseTo(x, 9);
  });

  test("the quantile undoes the distribution, far out as well", () => {
    fc.assert(
      fc.property(fc.double({ min: -35, max: 5, noNaN: true }), (x) => {
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 8);
      }),
      { seed: 1 },
    );
  });

  test("the distribution's slope is the density, and what is no probability has no quantile", () => {
    for (const x of [-3, -1.3, 0.2, 2, 3.1]) {
      expect((normalCdf(x + 1e-5) - normalCdf(x - 1e-5)) / 2e-5).toBeCloseTo(normalDensity(x), 8);
    }
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([normalQuantile(-0.1), normalQuantile(NaN), normalCdf(NaN)]).toEqual([NaN, NaN, NaN]);
  });
});

describe("moments", () => {
  test("by hand", () => {
    const { count, mean, deviation, skewness, kurtosis } = momentsOf([1, 2, 3, 10]);
    expect({ count, mean }).toEqual({ count: 4, mean: 4 });
    expect(deviation).toBeCloseTo(Math.sqrt(50 / 3), 12);
    expect(skewness).toBeCloseTo((-27 - 8 - 1 + 216) / 4 / 12.5 ** 1.5, 12);
    expect(kurtosis).toBeCloseTo((81 + 16 + 1 + 1296) / 4 / 12.5 ** 2, 12);
  });

  test("what is not defined is null, and what is not a number stays none", () => {
    expect(momentsOf([])).toEqual({ count: 0, mean: null, deviation: null, skewness: null, kurtosis: null });
    expect(momentsOf([3])).toMatchObject({ mean: 3, deviation: null, skewness: null });
    expect(momentsOf([0.1, 0.1, 0.1])).toMatchObject({ deviation: 0, skewness: null, kurtosis: null });
    expect(momentsOf([1, NaN])).toMatchObject({ deviation: NaN, skewness: NaN });
  });

  test("shift and scale leave skewness and kurtosis alone", () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), fc.integer({ min: -50, max: 50 }), (sample, scale, shift) => {
        fc.pre(new Set(sample).size > 1);
        const plain = momentsOf(sample);
        const moved = momentsOf(sample.map((value) => value * scale + shift));
        expect(moved.deviation! / plain.deviation! / scale).toBeCloseTo(1, 9);
        expect(moved.skewness).toBeCloseTo(plain.skewness!, 8);
        expect(moved.kurtosis).toBeCloseTo(plain.kurtosis!, 8);
      }),
      { seed: 2 },
    );
  });
});

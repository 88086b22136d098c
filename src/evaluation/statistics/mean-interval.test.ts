import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { meanInterval, studentQuantile } from "./index.ts";

describe("a mean's interval", () => {
  test("has Student's published quantiles", () => {
    for (const [freedom, level, quantile] of [
      [1, 0.95, 12.7062],
      [2, 0.95, 4.30265],
      [4, 0.95, 2.77645],
      [9, 0.95, 2.26216],
      [30, 0.95, 2.04227],
      [5, 0.99, 4.03214],
      [10, 0.9, 1.81246],
    ] as const)
      expect(studentQuantile(level, freedom)).toBeCloseTo(quantile, 4);
  });

  test("covers the true mean as often as it says", () => {
    const random = new Random(3);
    let covered = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const { low, high } = meanInterval(Array.from({ length: 5 }, () => 2 + 3 * random.normal()));
      if (low <= 2 && high >= 2) covered++;
    }
    expect(covered / 4000).toBeGreaterThan(0.938);
    expect(covered / 4000).toBeLessThan(0.962);
  });
});

import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { fitArrivalIntensity } from "./index.ts";

describe("the intensity of arrivals", () => {
  test("is recovered from fills that follow it", () => {
    const random = new Random(5);
    const distances = [0.5, 1, 1.5, 2, 3, 4];
    const exposure = distances.map(() => 4000);
    const fills = distances.map((distance) => {
      let count = 0;
      for (let step = 0; step < 400_000; step++) if (random.uniform() < 0.01 * 2.5 * Math.exp(-0.8 * distance)) count++;
      return count;
    });
    const { rate, decay } = fitArrivalIntensity(distances, fills, exposure)!;
    expect(rate / 2.5).toBeCloseTo(1, 1);
    expect(decay / 0.8).toBeCloseTo(1, 1);
  });

  test("is exact where the fills are as expected, and starts from nowhere near", () => {
    const distances = [1, 2, 5, 40];
    const exposure = [10, 20, 30, 1000];
    const fills = distances.map((distance, index) => exposure[index]! * 140 * Math.exp(-1.5 * distance));
    const { rate, decay } = fitArrivalIntensity(distances, fills, exposure)!;
    expect(rate).toBeCloseTo(140, 6);
    expect(decay).toBeCloseTo(1.5, 8);
  });

  test("is none without fills, with one distance, or where fills grow with distance", () => {
    expect(fitArrivalIntensity([1, 2], [0, 0], [5, 5])).toBeNull();
    expect(fitArrivalIntensity([2, 2], [3, 4], [5, 5])).toBeNull();
    expect(fitArrivalIntensity([1, 2], [3, 9], [5, 5])).toBeNull();
  });
});

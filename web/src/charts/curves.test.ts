import { expect, test } from "vitest";
import type { TrainingPoint } from "../../../src/api/contract.ts";
import { aligned, curvesOf } from "./curves.ts";

const point = (seed: number, steps: number, entropy: number): TrainingPoint => ({
  runId: "a",
  seed,
  steps,
  totalSteps: 100,
  stepsPerSecond: 10,
  returnMean: null,
  approxKl: 0,
  entropy,
  policyLoss: 0,
  valueLoss: 0,
  explainedVariance: null,
});

test("points become a curve for each seed", () => {
  const curves = curvesOf([point(1, 10, 1), point(2, 10, 2), point(1, 20, 3)]);
  expect(curves.map(({ seed, steps, entropy }) => [seed, steps, entropy])).toEqual([
    [1, [10, 20], [1, 3]],
    [2, [10], [2]],
  ]);
});

test("seeds that stand at different steps share one axis, with gaps", () => {
  const curves = curvesOf([point(1, 10, 1), point(1, 30, 3), point(2, 20, 2), point(2, 30, 4)]);
  expect(aligned(curves, "entropy")).toEqual({
    x: [10, 20, 30],
    columns: [
      [1, null, 3],
      [null, 2, 4],
    ],
  });
  expect(aligned([], "entropy")).toEqual({ x: [], columns: [] });
});

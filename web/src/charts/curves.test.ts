import { expect, test } from "vitest";
import type { TrainingPoint } from "../../../src/api/contract.ts";
import { aligned, curvesOf, evaluatedCurves, evaluatedPoints, evaluationsOf } from "./curves.ts";

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

test("evaluations stand at their own steps, whether the run goes on or has a report", () => {
  const points = [{ ...point(1, 10, 1), evaluationReturn: 0.5 }, point(1, 20, 1), { ...point(2, 20, 1), evaluationReturn: 0.7 }];
  const expected = {
    x: [10, 20],
    seeds: [
      { seed: 1, values: [0.5, null] },
      { seed: 2, values: [null, 0.7] },
    ],
  };
  expect(evaluationsOf(evaluatedPoints(points))).toEqual(expected);
  const [first, second] = curvesOf(points);
  const evaluation = (steps: number, meanReturn: number) => ({ steps, meanReturn, returnDeviation: 0.1 });
  const curves = [
    { ...first!, evaluations: [evaluation(10, 0.5)] },
    { ...second!, evaluations: [evaluation(20, 0.7)] },
  ];
  expect(evaluationsOf(evaluatedCurves(curves))).toEqual(expected);
  expect(evaluatedCurves([first!])).toEqual([]);
});

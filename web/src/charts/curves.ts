import type { Report, TrainingPoint } from "../../../src/api/contract.ts";

/** How one seed learned, quantity by quantity. */
export type Curve = Report["trainingCurves"][number];

/** Training points of one run as the curves of a report. */
export function curvesOf(points: readonly TrainingPoint[]): readonly Curve[] {
  return [...Map.groupBy(points, ({ seed }) => seed)].map(([seed, own]) => ({
    seed,
    steps: own.map(({ steps }) => steps),
    episodeReturn: own.map(({ returnMean }) => returnMean),
    approxKl: own.map(({ approxKl }) => approxKl),
    entropy: own.map(({ entropy }) => entropy),
    policyLoss: own.map(({ policyLoss }) => policyLoss),
    valueLoss: own.map(({ valueLoss }) => valueLoss),
    explainedVariance: own.map(({ explainedVariance }) => explainedVariance),
  }));
}

/** Returns without dice on bars held out of training, seed by seed: the steps of all evaluations, and one column a seed. */
export function evaluationsOf(points: readonly { readonly seed: number; readonly steps: number; readonly meanReturn: number }[]) {
  const x = [...new Set(points.map(({ steps }) => steps))].toSorted((left, right) => left - right);
  const seeds = [...Map.groupBy(points, ({ seed }) => seed)].map(([seed, own]) => {
    const at = new Map(own.map(({ steps, meanReturn }) => [steps, meanReturn]));
    return { seed, values: x.map((step) => at.get(step) ?? null) };
  });
  return { x, seeds };
}

/** The evaluations among the points of a run that goes on. */
export const evaluatedPoints = (points: readonly TrainingPoint[]) =>
  points.flatMap(({ seed, steps, evaluationReturn }) =>
    evaluationReturn === undefined ? [] : [{ seed, steps, meanReturn: evaluationReturn }],
  );

/** The evaluations of a report's curves. */
export const evaluatedCurves = (curves: readonly Curve[]) =>
  curves.flatMap(({ seed, evaluations = [] }) => evaluations.map(({ steps, meanReturn }) => ({ seed, steps, meanReturn })));

/** All steps of all curves, and one curve's values at them. */
export function aligned(curves: readonly Curve[], field: Exclude<keyof Curve, "seed" | "steps" | "parts" | "evaluations">) {
  const x = [...new Set(curves.flatMap(({ steps }) => steps))].toSorted((left, right) => left - right);
  const columns = curves.map((curve) => {
    const at = new Map(curve.steps.map((step, index) => [step, curve[field][index] ?? null]));
    return x.map((step) => at.get(step) ?? null);
  });
  return { x, columns };
}

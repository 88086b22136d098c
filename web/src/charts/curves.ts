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

/** All steps of all curves, and one curve's values at them. */
export function aligned(curves: readonly Curve[], field: Exclude<keyof Curve, "seed" | "steps">) {
  const x = [...new Set(curves.flatMap(({ steps }) => steps))].toSorted((left, right) => left - right);
  const columns = curves.map((curve) => {
    const at = new Map(curve.steps.map((step, index) => [step, curve[field][index] ?? null]));
    return x.map((step) => at.get(step) ?? null);
  });
  return { x, columns };
}

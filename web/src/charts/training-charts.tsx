import type { Report, TrainingPoint } from "../../../src/api/contract.ts";
import { significant } from "../format.ts";
import { seedColor, usePalette } from "../palette.ts";
import { LineChart } from "./line-chart.tsx";

type Curve = Report["trainingCurves"][number];

const panels = [
  ["Episode return", "episodeReturn"],
  ["Approximate KL", "approxKl"],
  ["Entropy", "entropy"],
  ["Value loss", "valueLoss"],
  ["Explained variance", "explainedVariance"],
  ["Policy loss", "policyLoss"],
] as const;

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
export function aligned(curves: readonly Curve[], field: (typeof panels)[number][1]) {
  const x = [...new Set(curves.flatMap(({ steps }) => steps))].toSorted((left, right) => left - right);
  const columns = curves.map((curve) => {
    const at = new Map(curve.steps.map((step, index) => [step, curve[field][index] ?? null]));
    return x.map((step) => at.get(step) ?? null);
  });
  return { x, columns };
}

/** How learning went, a small chart for every quantity and a line for every seed. */
export function TrainingCharts({ curves }: { curves: readonly Curve[] }) {
  const palette = usePalette();
  return (
    <div className="small-multiples">
      {panels.map(([label, field]) => {
        const { x, columns } = aligned(curves, field);
        const series = columns.map((values, index) => ({
          name: `Seed ${curves[index]!.seed}`,
          color: seedColor(palette, index),
          values,
          thin: true,
        }));
        return (
          <section key={field} aria-label={label}>
            <h3>{label}</h3>
            <LineChart label={label} x={x} xKind="number" series={series} format={significant} height={150} group="training" />
          </section>
        );
      })}
    </div>
  );
}

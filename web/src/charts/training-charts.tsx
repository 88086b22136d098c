import { significant } from "../format.ts";
import { seedColor, usePalette } from "../palette.ts";
import { aligned, type Curve, evaluationsOf } from "./curves.ts";
import { LineChart } from "./line-chart.tsx";

const panels = [
  ["Episode return", "episodeReturn"],
  ["Approximate KL", "approxKl"],
  ["Entropy", "entropy"],
  ["Value loss", "valueLoss"],
  ["Explained variance", "explainedVariance"],
  ["Policy loss", "policyLoss"],
] as const;

type Evaluations = Parameters<typeof evaluationsOf>[0];

/** Returns without dice on bars that were held out of training. */
function EvaluationChart({ evaluations }: { evaluations: Evaluations }) {
  const palette = usePalette();
  const { x, seeds } = evaluationsOf(evaluations);
  const series = seeds.map(({ seed, values }, index) => ({ name: `Seed ${seed}`, color: seedColor(palette, index), values, thin: true }));
  const label = "Return on held-out bars";
  return (
    <section aria-label={label}>
      <h3>{label}</h3>
      <LineChart label={label} x={x} xKind="number" series={series} format={significant} height={150} group="evaluation" />
    </section>
  );
}

/** How learning went, a small chart for every quantity and a line for every seed. */
export function TrainingCharts({ curves, evaluations }: { curves: readonly Curve[]; evaluations: Evaluations }) {
  const palette = usePalette();
  return (
    <div className="small-multiples">
      {evaluations.length > 0 && <EvaluationChart evaluations={evaluations} />}
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

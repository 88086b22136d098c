import { significant } from "../format.ts";
import { seedColor, usePalette } from "../palette.ts";
import { aligned, type Curve } from "./curves.ts";
import { LineChart } from "./line-chart.tsx";

const panels = [
  ["Episode return", "episodeReturn"],
  ["Approximate KL", "approxKl"],
  ["Entropy", "entropy"],
  ["Value loss", "valueLoss"],
  ["Explained variance", "explainedVariance"],
  ["Policy loss", "policyLoss"],
] as const;

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

import { html } from "../markup.ts";
import type { Tick } from "../ticks.ts";
import { short, size } from "./axis.ts";
import type { GridCell, GridChart } from "./chart.ts";
import type { Plot } from "./plot.ts";

const mostColumnLabels = 8;
const mostRowLabels = 16;

/** Shaded cells worked out. */
export function gridPlot(chart: GridChart): Plot {
  const [width, height] = [size / Math.max(chart.columns.length, 1), size / Math.max(chart.rows.length, 1)];
  const cells = chart.cells.map((row, down) =>
    runsOf(row).map(
      ({ from, to, cell }) =>
        html`<rect
          class="bar ${cell.tone}"
          x="${short(from * width)}"
          y="${short(size - (down + 1) * height)}"
          width="${short((to - from) * width)}"
          height="${short(height)}"
          opacity="${cell.strength.toFixed(2)}"
        >
          <title>${cell.label}</title>
        </rect>`,
    ),
  );
  return {
    title: chart.title,
    note: chart.note ?? null,
    xLabel: chart.xLabel ?? null,
    yLabel: chart.yLabel,
    height: chart.rows.length > 12 ? "tall" : "short",
    gutter: "wide",
    yTicks: someOf(chart.rows, mostRowLabels, (index) => size - (index + 0.5) * height),
    xTicks: someOf(chart.columns, mostColumnLabels, (index) => (index + 0.5) * width),
    gridLines: false,
    backdrop: null,
    drawing: html`${cells}`,
    marks: [],
    legend: chart.legend.map((entry) => ({ ...entry, look: "box" })),
    data: null,
  };
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly cell: GridCell;
}

/** Neighbours in a row that are alike, drawn as one. */
function runsOf(row: readonly (GridCell | null)[]): Run[] {
  const runs: Run[] = [];
  for (const [index, cell] of row.entries()) {
    if (cell === null) continue;
    const last = runs.at(-1);
    const goesOn =
      last?.to === index && last.cell.tone === cell.tone && last.cell.strength === cell.strength && last.cell.label === cell.label;
    if (goesOn) runs[runs.length - 1] = { ...last, to: index + 1 };
    else runs.push({ from: index, to: index + 1, cell });
  }
  return runs;
}

function someOf(labels: readonly string[], most: number, placed: (index: number) => number): Tick[] {
  const every = Math.ceil(labels.length / most);
  return labels.flatMap((label, index) => (index % every === 0 ? [{ value: placed(index), label }] : []));
}

import { type Html, html } from "../markup.ts";
import { type Axis, axisOf, place } from "./axis.ts";
import { caption } from "./caption.ts";
import type { ChartRow, RowChart } from "./chart.ts";
import { written } from "./unit.ts";

/** A row chart as a figure: names on the left, bars on one scale, values on the right. */
export function rowFigure(chart: RowChart): Html {
  const { title, note = null, rows, unit, xLabel } = chart;
  const axis = rowAxis(chart);
  const zero = place(axis.scale(0));
  const says = `${title}: ${rows.map((row) => `${row.label} ${rowText(row, unit)}`).join("; ")}`;
  return html`<figure class="chart rows">
    ${caption(
      title,
      note,
      (chart.legend ?? []).map((entry) => ({ ...entry, look: "box" })),
    )}
    <div class="bar-rows" role="img" aria-label="${says}">
      ${rows.map(
        (row) =>
          html`<span class="name">${row.label}</span
            ><span class="track"><i class="origin" style="left:${zero}"></i>${barOf(row, axis)}</span
            ><span class="amount">${rowText(row, unit)}</span>`,
      )}
    </div>
    ${xLabel === undefined ? null : html`<p class="xlabel">${xLabel}</p>`}
  </figure>`;
}

/** The scale that all rows share; it holds 0. */
export function rowAxis({ rows }: RowChart): Axis {
  return axisOf(
    rows.flatMap(({ from = 0, to, interval = [] }) => (to === null ? [] : [from, to, ...interval])),
    [0],
  );
}

/** What is written at the end of a row. */
export const rowText = ({ to, text }: ChartRow, unit: RowChart["unit"]): string => text ?? (to === null ? "–" : written(to, unit));

function barOf({ from = 0, to, tone, interval }: ChartRow, { scale }: Axis): Html | null {
  if (to === null) return null;
  const [left, right] = [scale(Math.min(from, to)), scale(Math.max(from, to))];
  const whisker =
    interval &&
    html`<i class="whisker" style="left:${place(scale(interval[0]))};width:${place(scale(interval[1]) - scale(interval[0]))}"></i>`;
  return html`<i class="rod ${tone}" style="left:${place(left)};width:${place(right - left)}"></i>${whisker ?? null}`;
}

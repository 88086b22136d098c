import { type Html, html, jsonScript } from "../markup.ts";
import { place, short, size } from "./axis.ts";
import type { BarChart, Chart, LineChart } from "./chart.ts";
import { barPlot } from "./bar-plot.ts";
import { caption } from "./caption.ts";
import { gridPlot } from "./grid-plot.ts";
import { linePlot } from "./line-plot.ts";
import type { Plot } from "./plot.ts";
import { rowFigure } from "./row-figure.ts";

const mostPoints = 1500;

/** A line chart as a figure with axes, legend and the data for its tooltip. */
export const lineChart = (chart: LineChart): Html => figureOf(linePlot(chart, mostPoints));

/** A bar chart as a figure. */
export const barChart = (chart: BarChart): Html => figureOf(barPlot(chart));

/** Any chart as a figure of a page. */
export function chartFigure(chart: Chart): Html {
  switch (chart.kind) {
    case "line":
      return lineChart(chart);
    case "bars":
      return barChart(chart);
    case "grid":
      return figureOf(gridPlot(chart));
    case "rows":
      return rowFigure(chart);
  }
}

function figureOf(plot: Plot): Html {
  const { title, note, xLabel, yLabel, yTicks, xTicks, marks, data } = plot;
  const says = [title, note, plot.legend.map(({ name }) => name).join(", ")].filter((part) => part !== null && part !== "").join("; ");
  const grid = plot.gridLines && html`<path class="grid" d="${yTicks.map(({ value }) => `M0 ${short(value)}H${size}`).join("")}" />`;
  return html`<figure class="chart ${plot.height} ${plot.gutter}">
    ${caption(title, note, plot.legend)} ${yLabel === null ? null : html`<p class="ylabel">${yLabel}</p>`}
    <div class="frame">
      <div class="plot">
        ${plot.backdrop}<svg viewBox="0 0 ${size} ${size}" preserveAspectRatio="none" role="img" aria-label="${says}">
          ${grid}${plot.drawing}</svg
        >${marks.map(
          ({ left, top, kind, label }) => html`<i class="${kind}" style="left:${place(left)};top:${place(top)}" title="${label}"></i>`,
        )}
      </div>
      <div class="y">${yTicks.map(({ value, label }) => html`<span style="top:${place(value)}">${label}</span>`)}</div>
      <div class="x">
        ${xTicks.map(({ value, label }, index) => html`<span class="${leaning(plot, index)}" style="left:${place(value)}">${label}</span>`)}
      </div>
    </div>
    ${xLabel === null ? null : html`<p class="xlabel">${xLabel}</p>`} ${data === null ? null : jsonScript(data)}
  </figure>`;
}

/** Labels at the very edge lean inwards, so that they are not cut off; every other one of many gives way on a narrow screen. */
function leaning({ xTicks }: Plot, index: number): string {
  const { value } = xTicks[index]!;
  const edge = value < size * 0.02 ? "first" : value > size * 0.98 ? "last" : "";
  return xTicks.length > 4 && index % 2 === 1 ? `${edge} odd` : edge;
}

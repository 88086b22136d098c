import { html } from "../markup.ts";
import { axisOf, short, size } from "./axis.ts";
import type { BarChart } from "./chart.ts";
import { yTicksOf, zeroLine } from "./line-plot.ts";
import type { Plot } from "./plot.ts";
import { written } from "./unit.ts";

const mostLabels = 14;

/** Groups of upright bars worked out. */
export function barPlot(chart: BarChart): Plot {
  const y = axisOf(
    chart.series.flatMap(({ values }) => values),
    [0],
  );
  const group = size / Math.max(chart.labels.length, 1);
  const width = (group * 0.7) / Math.max(chart.series.length, 1);
  const zero = size - y.scale(0);
  const bars = chart.series.map(({ name, tone, values }, which) =>
    values.map((value, index) => {
      if (value === null) return null;
      const top = size - y.scale(value);
      return html`<rect
        class="bar ${tone}"
        x="${short(index * group + group * 0.15 + which * width)}"
        width="${short(width * 0.94)}"
        y="${short(Math.min(top, zero))}"
        height="${short(Math.abs(top - zero))}"
      >
        <title>${chart.labels[index]!}, ${name}: ${written(value, chart.unit)}</title>
      </rect>`;
    }),
  );
  const every = Math.ceil(chart.labels.length / mostLabels);
  const xTicks = chart.labels.map((label, index) => ({ value: (index + 0.5) * group, label }));
  return {
    title: chart.title,
    note: chart.note ?? null,
    xLabel: chart.xLabel ?? null,
    yLabel: null,
    height: "short",
    gutter: "narrow",
    yTicks: yTicksOf(y, chart.unit),
    xTicks: xTicks.filter((_, index) => index % every === 0),
    gridLines: true,
    backdrop: null,
    drawing: html`${zeroLine(y)}${bars}`,
    marks: [],
    legend: chart.series.map(({ name, tone }) => ({ name, tone, look: "box" })),
    data: null,
  };
}

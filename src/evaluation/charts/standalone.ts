import { type Content, Html, html } from "../markup.ts";
import { short, size } from "./axis.ts";
import { barPlot } from "./bar-plot.ts";
import { type Chart, markKinds, type MarkKind, type RowChart } from "./chart.ts";
import { gridPlot } from "./grid-plot.ts";
import { linePlot } from "./line-plot.ts";
import { drawingStyle, palette } from "./palette.ts";
import type { LegendEntry, PlacedMark, Plot } from "./plot.ts";
import { rowAxis, rowText } from "./row-figure.ts";

const mostPoints = 500;
const width = 920;
const right = 20;
const letter = 6.4; // Mean width of one at the size of labels.

const fileStyle = `${palette}${drawingStyle}text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Helvetica,Arial,sans-serif;fill:var(--soft)}
.title{font-size:14px;font-weight:600;fill:var(--ink)}.back{fill:var(--card)}.name{fill:var(--ink)}.whisker{stroke:var(--ink);stroke-width:1.5}`;

/** A chart as an SVG file of its own, light or dark as its reader has it. Lines have fewer points than on a page. */
export function chartSvg(chart: Chart): string {
  switch (chart.kind) {
    case "line":
      return plotSvg(linePlot(chart, mostPoints));
    case "bars":
      return plotSvg(barPlot(chart));
    case "grid":
      return plotSvg(gridPlot(chart));
    case "rows":
      return rowsSvg(chart);
  }
}

function plotSvg(plot: Plot): string {
  const { yTicks, xTicks, marks, drawing } = plot;
  const legend = legendLines(plot.legend);
  const above = plot.yLabel === null ? 40 : 60;
  const [left, top, inner] = [plot.gutter === "wide" ? 190 : 84, above + legend.height, plot.height === "tall" ? 300 : 210];
  const across = width - left - right;
  const at = (value: number) => left + (value / size) * across;
  const down = (value: number) => top + (value / size) * inner;
  const grid = plot.gridLines && html`<path class="grid" d="${yTicks.map(({ value }) => `M0 ${short(value)}H${size}`).join("")}" />`;
  return file(
    plot.title,
    top + inner + (plot.xLabel === null ? 30 : 46),
    html`${legend.drawing}
      <svg x="${left}" y="${top}" width="${across}" height="${inner}" viewBox="0 0 ${size} ${size}" preserveAspectRatio="none">
        ${grid}${drawing}
      </svg>
      ${markKinds.map((kind) => marksOfKind(kind, marks, at, down))}
      ${yTicks.map(({ value, label }) => html`<text x="${left - 8}" y="${short(down(value) + 4)}" text-anchor="end">${label}</text>`)}
      ${xTicks.map(
        ({ value, label }) => html`<text x="${short(at(value))}" y="${top + inner + 18}" text-anchor="${anchorOf(value)}">${label}</text>`,
      )}
      ${plot.yLabel === null ? null : html`<text x="${left - 8}" y="${top - 10}" text-anchor="end">${plot.yLabel}</text>`}
      ${plot.xLabel === null ? null : html`<text x="${width - right}" y="${top + inner + 36}" text-anchor="end">${plot.xLabel}</text>`}`,
  );
}

const anchorOf = (value: number): string => (value < size * 0.02 ? "start" : value > size * 0.98 ? "end" : "middle");

type Place = (value: number) => number;

/** All marks of a kind in one path: there may be very many. */
function marksOfKind(kind: MarkKind, marks: readonly PlacedMark[], at: Place, down: Place): Content {
  const path = marks.flatMap((mark) => (mark.kind === kind ? [markPath(kind, at(mark.left), down(mark.top))] : []));
  return path.length > 0 && html`<path class="bar ${kind}" d="${path.join("")}" />`;
}

function markPath(kind: MarkKind, x: number, y: number): string {
  if (kind === "buy") return `M${short(x)} ${short(y + 5)}l-4 8h8z`;
  if (kind === "sell") return `M${short(x)} ${short(y - 5)}l-4-8h8z`;
  return `M${short(x - 3)} ${short(y)}a3 3 0 1 0 6 0a3 3 0 1 0-6 0z`;
}

function rowsSvg(chart: RowChart): string {
  const { rows, unit, title } = chart;
  const legend = legendLines((chart.legend ?? []).map((entry) => ({ ...entry, look: "box" })));
  const [left, top, high, amounts] = [230, 44 + legend.height, 26, 130];
  const { scale } = rowAxis(chart);
  const at = (value: number) => left + (scale(value) / size) * (width - left - right - amounts);
  const line = (row: RowChart["rows"][number], index: number): Content => {
    const y = top + index * high;
    const { from = 0, to, tone, interval } = row;
    const bar =
      to !== null &&
      html`<rect
        class="bar ${tone}"
        x="${short(Math.min(at(from), at(to)))}"
        y="${y + 5}"
        width="${short(Math.abs(at(to) - at(from)))}"
        height="${high - 10}"
      />`;
    const whisker =
      to !== null && interval && html`<path class="whisker" d="M${short(at(interval[0]))} ${y + high / 2}H${short(at(interval[1]))}" />`;
    return html`<text class="name" x="${left - 10}" y="${y + 17}" text-anchor="end">${clipped(row.label, 34)}</text>${bar}${whisker || null}
      <text class="name" x="${width - right}" y="${y + 17}" text-anchor="end">${rowText(row, unit)}</text>`;
  };
  const bottom = top + rows.length * high;
  const zero = html`<path stroke="var(--strong)" d="M${short(at(0))} ${top}V${bottom}" />`;
  return file(title, bottom + 14, html`${legend.drawing}${zero}${rows.map(line)}`);
}

const clipped = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** A legend from the left, in as many lines as it needs. */
function legendLines(entries: readonly LegendEntry[]): { readonly drawing: Content; readonly height: number } {
  let [x, y] = [20, 44];
  const drawing = entries.map(({ name, tone, look }) => {
    const length = 28 + name.length * letter;
    if (x + length > width - right && x > 20) [x, y] = [20, y + 18];
    const from = x;
    x += length + 14;
    return html`${sign(tone, look, from, y)}<text x="${short(from + 24)}" y="${y}">${name}</text>`;
  });
  return { drawing, height: entries.length === 0 ? 0 : y - 26 };
}

function sign(tone: string, look: LegendEntry["look"], x: number, y: number): Html {
  if (look === "mark")
    return html`<path
      class="bar ${tone}"
      d="${markPath(tone as MarkKind, x + 9, y + (tone === "buy" ? -13 : tone === "sell" ? 5 : -4))}"
    />`;
  if (look === "line") return html`<path class="line ${tone}" d="M${short(x)} ${y - 4}h18" />`;
  return html`<path class="${look === "box" ? "bar" : look} ${tone}" d="M${short(x)} ${y - 9}h18v9h-18z" />`;
}

function file(title: string, height: number, drawing: Html): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
    <title>${title}</title>
    ${new Html(`<style>${fileStyle}</style>`)}
    <rect class="back" width="${width}" height="${height}" rx="8" />
    <text class="title" x="20" y="24">${title}</text>
    ${drawing}
  </svg> `.text
    .replaceAll(/\n\s+/g, "\n")
    .trimEnd()
    .concat("\n");
}

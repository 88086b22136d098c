import { number } from "../format.ts";
import { type Html, html } from "../markup.ts";
import { numberTicks, type Tick, tickDigits, timeTicks } from "../ticks.ts";
import { type Axis, axisOf, scaleOf, short, size } from "./axis.ts";
import { type Band, type LineChart, markKinds, type Series } from "./chart.ts";
import type { LegendEntry, Plot } from "./plot.ts";
import { keptIndices } from "./thinning.ts";
import { written } from "./unit.ts";

/** Lines, bands and marks worked out, with at most about `mostPoints` points a line. */
export function linePlot(chart: LineChart, mostPoints: number): Plot {
  const columns = [...chart.series.map(({ values }) => values), ...(chart.bands ?? []).flatMap(({ low, high }) => [low, high])];
  const kept = keptIndices(chart.x.length, columns, mostPoints);
  const pick = <Value>(values: readonly Value[]): Value[] => kept.map((index) => values[index]!);
  const x = pick(chart.x);
  const series = chart.series.map((line) => ({ ...line, values: pick(line.values) }));
  const bands = (chart.bands ?? []).map((band) => ({ ...band, low: pick(band.low), high: pick(band.high) }));
  const xScale = scaleOf(x[0] ?? 0, x.at(-1) ?? 1);
  const y = axisOf(
    [...series, ...bands.flatMap(({ low, high }) => [{ values: low }, { values: high }])].flatMap((one) => one.values),
    chart.include,
  );
  const behind = bands.map((band) => html`<path class="band ${toneOf(band)}" d="${bandPath(x, band, xScale, y.scale)}" />`);
  const lines = series.toReversed().map((line) => drawn(line, x, xScale, y.scale)); // The first on top.
  return {
    title: chart.title,
    note: chart.note ?? null,
    xLabel: chart.xLabel ?? null,
    yLabel: null,
    height: chart.height ?? "short",
    gutter: "narrow",
    yTicks: yTicksOf(y, chart.unit),
    xTicks: xTicksOf(chart, x).map(({ value, label }) => ({ value: xScale(value), label })),
    gridLines: true,
    backdrop: chart.backdrop?.(y.low, y.high) ?? null,
    drawing: html`${zeroLine(y)}${behind}${lines}`,
    marks: (chart.marks ?? []).map(({ x: at, y: value, ...mark }) => ({ ...mark, left: xScale(at), top: size - y.scale(value) })),
    legend: legendOf(chart),
    data: series.length === 0 ? null : dataOf(chart, x, series),
  };
}

/** Ticks of an upright axis, from the top of the plot. */
export function yTicksOf(y: Axis, unit: LineChart["unit"]): Tick[] {
  const digits = tickDigits(y.ticks.map((value) => value * unit.scale));
  return y.ticks.map((value) => ({ value: size - y.scale(value), label: written(value, unit, digits) }));
}

/** A line at 0 where the axis passes it. */
export const zeroLine = (y: Axis): Html | null =>
  y.low < 0 && y.high > 0 ? html`<path class="zero" d="M0 ${short(size - y.scale(0))}H${size}" />` : null;

function xTicksOf({ xKind, xUnit }: LineChart, x: readonly number[]): Tick[] {
  const [first, last] = [x[0] ?? 0, x.at(-1) ?? 0];
  if (xKind === "time") return timeTicks(first, last, 9);
  const ticks = numberTicks(first, last, 6).filter((value) => value >= first && value <= last);
  if (xUnit === undefined) return ticks.map((value) => ({ value, label: countLabel(value) }));
  const digits = tickDigits(ticks.map((value) => value * xUnit.scale));
  return ticks.map((value) => ({ value, label: written(value, xUnit, digits) }));
}

const countLabel = (value: number): string =>
  value >= 10_000 ? `${number(value / 1000, value % 1000 === 0 ? 0 : 1)}k` : number(value, Number.isInteger(value) ? 0 : 1);

const toneOf = ({ tone = "range" }: Band): string => tone;

function legendOf({ series, bands = [], marks = [] }: LineChart): LegendEntry[] {
  const kinds = markKinds.filter((kind) => marks.some((mark) => mark.kind === kind));
  return [
    ...series.map(({ name, tone }) => ({ name, tone, look: "line" as const })),
    ...bands.map((band) => ({ name: band.name, tone: toneOf(band), look: "band" as const })),
    ...kinds.map((kind) => ({ name: kind, tone: kind, look: "mark" as const })),
  ];
}

/** What the page's tooltip reads. */
function dataOf({ xKind, xUnit, unit }: LineChart, x: readonly number[], series: readonly Series[]): unknown {
  return {
    xKind,
    ...(xUnit && { xUnit }),
    unit,
    x,
    series: series.map(({ name, tone, values }) => ({ name, tone, values: values.map(rounded) })),
  };
}

/** As many digits as a tooltip can show: all that a reader needs, in half the bytes. */
const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(9)));

function drawn(
  { tone, values, area = false, steps = false, breaks = false }: Series,
  x: readonly number[],
  xScale: Axis["scale"],
  yScale: Axis["scale"],
): Html {
  const points = values.flatMap((value, index) => (value === null ? [] : [[xScale(x[index]!), size - yScale(value)] as const]));
  const corner = ([left, top]: readonly [number, number]) => (steps ? `H${short(left)}V${short(top)}` : `L${short(left)} ${short(top)}`);
  const begins = values.flatMap((value, index) => (value === null ? [] : [index === 0 || (breaks && values[index - 1] === null)]));
  const path = points
    .map((point, index) => (index === 0 || begins[index] ? `M${short(point[0])} ${short(point[1])}` : corner(point)))
    .join("");
  const base = short(size - yScale(0));
  const filled = area && points.length > 0 ? html`<path class="area ${tone}" d="${path}V${base}H${short(points[0]![0])}Z" />` : null;
  return html`${filled}<path class="line ${tone}" d="${path}" />`;
}

function bandPath(x: readonly number[], { low, high }: Band, xScale: Axis["scale"], yScale: Axis["scale"]): string {
  const known = x.flatMap((at, index) => {
    const [bottom, top] = [low[index] ?? null, high[index] ?? null];
    return bottom === null || top === null ? [] : [{ left: xScale(at), bottom: size - yScale(bottom), top: size - yScale(top) }];
  });
  if (known.length === 0) return "";
  const upper = known.map(({ left, top }) => `${short(left)} ${short(top)}`);
  const lower = known.toReversed().map(({ left, bottom }) => `${short(left)} ${short(bottom)}`);
  return `M${upper.join("L")}L${lower.join("L")}Z`;
}

import { number } from "./format.ts";
import { type Content, Html, html, jsonScript } from "./markup.ts";
import { numberTicks, type Tick, tickDigits, timeTicks } from "./ticks.ts";

/** How values of an axis are written: multiplied by `scale`, between `prefix` and `suffix`. */
export interface Unit {
  readonly scale: number;
  readonly prefix: string;
  readonly suffix: string;
  /** Decimals where a single value is shown; axes take as many as their ticks need. */
  readonly digits: number;
}

/** One line of a chart; `null` where it has no value. `tone` is the colour's name in the style sheet. */
export interface Series {
  readonly name: string;
  readonly tone: string;
  readonly values: readonly (number | null)[];
  /** Fills the space between the line and 0. */
  readonly area?: boolean;
  /** Goes level to the next point, then jumps, as a holding does. */
  readonly steps?: boolean;
  /** Breaks off where there is no value; otherwise it goes on to the next one. */
  readonly breaks?: boolean;
}

/** A triangle on a chart, below (buy) or above (sell) its point. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly kind: "buy" | "sell";
  readonly label: string;
}

/** Lines over time or over a count. `x` ascends and has the length of every series. */
export interface LineChart {
  readonly title: string;
  readonly note?: string;
  readonly x: readonly number[];
  readonly xKind: "time" | "count";
  readonly xLabel?: string;
  readonly unit: Unit;
  readonly series: readonly Series[];
  /** A band behind the lines, such as the bars' highs and lows. */
  readonly band?: { readonly name: string; readonly low: readonly number[]; readonly high: readonly number[] };
  readonly marks?: readonly Mark[];
  /** Values that the axis must hold, such as 0. */
  readonly include?: readonly number[];
  readonly height?: "tall" | "short";
  /** What is drawn behind the lines, told the values at the bottom and at the top of the plot. */
  readonly backdrop?: (low: number, high: number) => Content;
}

/** Groups of bars beside one another: one group a label, one bar a series. */
export interface BarChart {
  readonly title: string;
  readonly note?: string;
  readonly labels: readonly string[];
  readonly unit: Unit;
  readonly series: readonly Series[];
}

const size = 1000; // Of the stretched drawing; strokes and text do not stretch with it.
const mostPoints = 1500;

/** A line chart as a figure with axes, legend and the data for its tooltip. */
export function lineChart(chart: LineChart): Html {
  const kept = keptIndices(chart);
  const pick = <Value>(values: readonly Value[]): Value[] => kept.map((index) => values[index]!);
  const x = pick(chart.x);
  const series = chart.series.map((line) => ({ ...line, values: pick(line.values) }));
  const band = chart.band && { ...chart.band, low: pick(chart.band.low), high: pick(chart.band.high) };
  const xScale = scaleOf(x[0] ?? 0, x.at(-1) ?? 1);
  const y = axisOf([...series.flatMap(({ values }) => values), ...(band?.low ?? []), ...(band?.high ?? [])], chart.include);
  const xTicks = chart.xKind === "time" ? timeTicks(x[0] ?? 0, x.at(-1) ?? 0, 9) : countTicks(x);
  const behind = band && html`<path class="band" d="${bandPath(x, band, xScale, y.scale)}" />`;
  const lines = series.toReversed().map((line) => drawn(line, x, xScale, y.scale)); // The first on top.
  const marks = (chart.marks ?? []).map(
    ({ x: at, y: value, kind, label }) =>
      html`<i class="${kind}" style="left:${place(xScale(at))};top:${place(size - y.scale(value))}" title="${label}"></i>`,
  );
  const data = { xKind: chart.xKind, unit: chart.unit, x, series: series.map(({ name, tone, values }) => ({ name, tone, values })) };
  return figure({
    ...chart,
    y,
    backdrop: chart.backdrop?.(y.low, y.high) ?? null,
    drawing: html`${behind ?? null}${lines}`,
    overlay: marks,
    xTicks: xTicks.map(({ value, label }) => ({ value: xScale(value), label })),
    data,
    legend: legendOf(chart),
  });
}

/** A bar chart as a figure. */
export function barChart(chart: BarChart): Html {
  const y = axisOf(
    chart.series.flatMap(({ values }) => values),
    [0],
  );
  const group = size / Math.max(chart.labels.length, 1);
  const width = (group * 0.7) / chart.series.length;
  const zero = size - y.scale(0);
  const bars = chart.series.map(({ tone, values }, which) =>
    values.map((value, index) => {
      if (value === null) return null;
      const top = size - y.scale(value);
      return html`<rect
        class="bar ${tone}"
        x="${short(index * group + group * 0.15 + which * width)}"
        width="${short(width * 0.94)}"
        y="${short(Math.min(top, zero))}"
        height="${short(Math.abs(top - zero))}"
      />`;
    }),
  );
  const xTicks = chart.labels.map((label, index) => ({ value: (index + 0.5) * group, label }));
  return figure({
    ...chart,
    y,
    backdrop: null,
    drawing: html`${bars}`,
    overlay: null,
    xTicks,
    data: null,
    legend: chart.series.map(({ name, tone }) => html`<li class="${tone}">${name}</li>`),
  });
}

/** An interval on a line of numbers, with its estimate and 0. */
export function intervalChart({
  low,
  high,
  estimate,
  label,
}: {
  readonly low: number;
  readonly high: number;
  readonly estimate: number;
  readonly label: string;
}): Html {
  const ticks = numberTicks(Math.min(low, 0), Math.max(high, 0), 6);
  const digits = tickDigits(ticks);
  const scale = scaleOf(ticks[0]!, ticks.at(-1)!);
  const kind = (value: number) => (Math.abs(value) < 1e-12 ? "tick zero" : "tick");
  return html`<div class="interval" role="img" aria-label="${label}">
    <div class="rail">
      ${ticks.map((value) => html`<span class="${kind(value)}" style="left:${place(scale(value))}"><b>${number(value, digits)}</b></span>`)}
      <span class="reach" style="left:${place(scale(low))};width:${place(scale(high) - scale(low))}"></span
      ><span class="estimate" style="left:${place(scale(estimate))}"></span>
    </div>
  </div>`;
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly scale: (value: number) => number;
}

interface Figure {
  readonly title: string;
  readonly note?: string;
  readonly xLabel?: string;
  readonly height?: "tall" | "short";
  readonly unit: Unit;
  readonly y: Axis;
  readonly backdrop: Content;
  readonly drawing: Html;
  readonly overlay: Content;
  readonly xTicks: readonly Tick[];
  readonly data: unknown;
  readonly legend: Content;
}

function figure({ title, note, xLabel, height = "short", unit, y, backdrop, drawing, overlay, xTicks, data, legend }: Figure): Html {
  const digits = tickDigits(y.ticks.map((value) => value * unit.scale));
  const yTicks = y.ticks.map((value) => ({ value: size - y.scale(value), label: written(value, unit, digits) }));
  const zero = y.low < 0 && y.high > 0 ? new Html(`<path class="zero" d="M0 ${short(size - y.scale(0))}H${size}"/>`) : null;
  /** Labels at the very edge lean inwards, so that they are not cut off; every other one of many gives way on a narrow screen. */
  const leaning = (index: number) => {
    const { value } = xTicks[index]!;
    const edge = value < size * 0.02 ? "first" : value > size * 0.98 ? "last" : "";
    return xTicks.length > 4 && index % 2 === 1 ? `${edge} odd` : edge;
  };
  return html`<figure class="chart ${height}">
    <figcaption>
      <h3>${title}</h3>
      ${note === undefined ? null : html`<p>${note}</p>`}
      <ul class="legend">
        ${legend}
      </ul>
    </figcaption>
    <div class="frame">
      <div class="plot">
        ${backdrop}<svg viewBox="0 0 ${size} ${size}" preserveAspectRatio="none" role="img" aria-label="${title}">
          <path class="grid" d="${yTicks.map(({ value }) => `M0 ${short(value)}H${size}`).join("")}" />
          ${zero}${drawing}</svg
        >${overlay}
      </div>
      <div class="y">${yTicks.map(({ value, label }) => html`<span style="top:${place(value)}">${label}</span>`)}</div>
      <div class="x">
        ${xTicks.map(({ value, label }, index) => html`<span class="${leaning(index)}" style="left:${place(value)}">${label}</span>`)}
      </div>
    </div>
    ${xLabel === undefined ? null : html`<p class="xlabel">${xLabel}</p>`} ${data === null ? null : jsonScript(data)}
  </figure>`;
}

function legendOf({ series, band, marks = [] }: LineChart): Content {
  const entries = [...series.map(({ name, tone }) => ({ name, tone })), ...(band ? [{ name: band.name, tone: "band" }] : [])];
  const kinds = (["buy", "sell"] as const).filter((kind) => marks.some((mark) => mark.kind === kind));
  return [
    entries.map(({ name, tone }) => html`<li class="${tone}">${name}</li>`),
    kinds.map((kind) => html`<li class="mark"><i class="${kind}"></i>${kind}</li>`),
  ];
}

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

function bandPath(
  x: readonly number[],
  { low, high }: { low: readonly number[]; high: readonly number[] },
  xScale: Axis["scale"],
  yScale: Axis["scale"],
): string {
  const edgeOf = (values: readonly number[]) => x.map((at, index) => `${short(xScale(at))} ${short(size - yScale(values[index]!))}`);
  return `M${edgeOf(high).join("L")}L${edgeOf(low).toReversed().join("L")}Z`;
}

/** From the lowest to the highest value with a little air, none beyond a value that the axis must hold. */
function axisOf(values: readonly (number | null)[], include: readonly number[] = []): Axis {
  let low = Infinity,
    high = -Infinity;
  for (const value of [...values, ...include]) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(low <= high)) [low, high] = [0, 1];
  const air = 0.05 * (high > low ? high - low : Math.abs(high) || 1);
  const bottom = include.includes(low) && high > low ? low : low - air;
  const top = include.includes(high) && high > low ? high : high + air;
  const ticks = numberTicks(bottom, top).filter((value) => value >= bottom - 1e-9 * air && value <= top + 1e-9 * air);
  return { low: bottom, high: top, ticks, scale: scaleOf(bottom, top) };
}

const scaleOf =
  (low: number, high: number) =>
  (value: number): number =>
    high > low ? ((value - low) / (high - low)) * size : size / 2;

function countTicks(x: readonly number[]): Tick[] {
  const last = x.at(-1) ?? 0;
  const ticks = numberTicks(x[0] ?? 0, last, 6).filter((value) => value >= (x[0] ?? 0) && value <= last);
  return ticks.map((value) => ({
    value,
    label: value >= 10_000 ? `${number(value / 1000, value % 1000 === 0 ? 0 : 1)}k` : number(value, 0),
  }));
}

/** Which points to draw: all of them, or the extremes of every series in each of enough equal groups, so that no spike is lost. */
function keptIndices({ x, series, band }: LineChart): number[] {
  const all = Array.from(x, (_, index) => index);
  if (all.length <= mostPoints) return all;
  const columns = [...series.map(({ values }) => values), ...(band ? [band.low, band.high] : [])];
  const groups = Math.max(1, Math.floor(mostPoints / (2 * columns.length)));
  const kept = new Set([0, x.length - 1]);
  for (let group = 0; group < groups; group++) {
    const members = all.slice(Math.floor((group * x.length) / groups), Math.floor(((group + 1) * x.length) / groups));
    for (const column of columns) {
      const known = members.filter((index) => column[index] !== null);
      if (known.length === 0) continue;
      kept.add(known.reduce((best, index) => (column[index]! < column[best]! ? index : best)));
      kept.add(known.reduce((best, index) => (column[index]! > column[best]! ? index : best)));
    }
  }
  return [...kept].sort((left, right) => left - right);
}

/** A value with its unit, as axes and tooltips write it. */
export function written(value: number, { scale, prefix, suffix, digits: own }: Unit, digits = own): string {
  const text = number(value * scale, digits);
  return text.startsWith("−") ? `−${prefix}${text.slice(1)}${suffix}` : prefix + text + suffix;
}

const short = (value: number): string => String(Math.round(value * 10) / 10);

const place = (value: number): string => `${Math.round((value / size) * 10_000) / 100}%`;

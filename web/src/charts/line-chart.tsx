import { useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { barTime, integer } from "../format.ts";
import { type Palette, usePalette } from "../palette.ts";
import { xAxis, yAxis } from "./axes.ts";
import { Legend } from "./legend.tsx";

/** One line of a chart. `null` is skipped. */
export interface LineSeries {
  readonly name: string;
  readonly color: string;
  readonly values: readonly (number | null)[];
  readonly fill?: string;
  readonly thin?: boolean;
}

/** Lines over one x axis; the first lies on top of the others. `format` writes values for the legend, `tick` for the axis. */
export interface LineChartProps {
  readonly label: string;
  readonly x: readonly number[];
  readonly xKind: "time" | "number";
  readonly series: readonly LineSeries[];
  readonly format: (value: number | null | undefined) => string;
  readonly tick?: (value: number) => string;
  readonly height?: number;
  /** Charts of one group share the pointer. */
  readonly group?: string;
}

function optionsOf(
  { series, xKind, format, tick = format, height = 220, group }: LineChartProps,
  palette: Palette,
  width: number,
): uPlot.Options {
  return {
    width,
    height,
    ms: 1,
    tzDate: (timeMs) => uPlot.tzDate(new Date(timeMs), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false }, ...(group === undefined ? {} : { sync: { key: group } }) },
    scales: { x: { time: xKind === "time" } },
    axes: [xAxis(palette, xKind), yAxis(palette, tick)],
    series: [
      {},
      ...series.toReversed().map(({ name, color, fill, thin }) => ({
        label: name,
        stroke: color,
        width: thin ? 1 : 1.75,
        points: { show: false },
        spanGaps: true,
        ...(fill === undefined ? {} : { fill }),
      })),
    ],
    padding: [10, 4, 0, 4],
  };
}

const dataOf = (x: readonly number[], series: readonly LineSeries[]) =>
  [x, ...series.toReversed().map(({ values }) => values)] as unknown as uPlot.AlignedData;
const lastOf = (values: readonly (number | null)[]) => values.findLast((value) => value !== null);

/** A chart of lines with units on its axis and a legend that follows the pointer. */
export function LineChart(props: LineChartProps) {
  const { label, x, xKind, series, format } = props;
  const palette = usePalette();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const [index, setIndex] = useState<number | null>(null);
  // Whatever changes the drawing's form, and not only its data, makes a new one.
  const form = JSON.stringify([series.map(({ name, color, fill, thin }) => [name, color, fill, thin]), xKind, props.height, props.group]);

  const data = useMemo(() => dataOf(x, series), [x, series]);
  const create = useEffectEvent((element: HTMLElement) => {
    const options = optionsOf(props, palette, element.clientWidth);
    return new uPlot({ ...options, hooks: { setCursor: [({ cursor }) => setIndex(cursor.idx ?? null)] } }, data, element);
  });

  useEffect(() => {
    const element = box.current!;
    const drawing = create(element);
    chart.current = drawing;
    const observer = new ResizeObserver(() => drawing.setSize({ width: element.clientWidth, height: drawing.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawing.destroy();
      chart.current = undefined;
    };
  }, [form, palette]);

  useEffect(() => chart.current?.setData(data), [data]);

  const at = index !== null && index < x.length ? index : null;
  const items = series.map(({ name, color, values }) => ({ name, color, value: format(at === null ? lastOf(values) : values[at]) }));
  const where = at ?? x.length - 1;
  const when = where < 0 ? undefined : xKind === "time" ? barTime(x[where]!) : `step ${integer(x[where])}`;
  return (
    <figure className="chart" data-chart={label} data-points={x.length}>
      <Legend items={items} when={when} />
      <div
        ref={box}
        className="canvas-box"
        role="img"
        aria-label={`${label}: ${items.map(({ name, value }) => `${name} ${value}`).join(", ")}`}
      />
    </figure>
  );
}

import type uPlot from "uplot";
import { compact } from "../format.ts";
import type { Palette } from "../palette.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const dayMs = 86_400_000;

/** A tick of a time axis in UTC, as fine as the ticks are apart. */
export function timeTick(timeMs: number, incrementMs: number): string {
  const date = new Date(timeMs);
  if (incrementMs >= 360 * dayMs) return String(date.getUTCFullYear());
  if (incrementMs >= 28 * dayMs) return `${months[date.getUTCMonth()]} ${String(date.getUTCFullYear()).slice(2)}`;
  if (incrementMs >= dayMs) return `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
  return date.toISOString().slice(11, 16);
}

const common = ({ muted, line }: Palette) => ({
  stroke: muted,
  font: "11px system-ui, sans-serif",
  grid: { stroke: line, width: 1 },
  ticks: { show: false },
  border: { show: false },
});

/** The x axis: UTC time in ms, or plain numbers. */
export const xAxis = (palette: Palette, kind: "time" | "number"): uPlot.Axis => ({
  ...common(palette),
  space: 72,
  size: 28,
  values: (_chart, splits, _axis, _space, increment) =>
    splits.map((split) => (kind === "time" ? timeTick(split, increment) : compact(split))),
});

/** The y axis, on the right as traders have it, as wide as its longest label. */
export const yAxis = (palette: Palette, format: (value: number) => string): uPlot.Axis => ({
  ...common(palette),
  side: 1,
  space: 36,
  size: (_chart, values) => 14 + 6.6 * Math.max(3, ...(values ?? []).map((value) => value.length)),
  values: (_chart, splits) => splits.map(format),
});

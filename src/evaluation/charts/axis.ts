import { numberTicks } from "../ticks.ts";

/** Width and height of a plot's own coordinates: strokes and text do not stretch with it. */
export const size = 1000;

/** An axis from its lowest to its highest value; `scale` takes values to 0 … `size`. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly scale: (value: number) => number;
}

/** From the lowest to the highest value with a little air, none beyond a value that the axis must hold. */
export function axisOf(values: Iterable<number | null>, include: readonly number[] = []): Axis {
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

/** Takes values between `low` and `high` to 0 … `size`; all to the middle where there is no span. */
export const scaleOf =
  (low: number, high: number) =>
  (value: number): number =>
    high > low ? ((value - low) / (high - low)) * size : size / 2;

/** A coordinate with no more digits than can be seen. */
export const short = (value: number): string => String(Math.round(value * 10) / 10);

/** A coordinate as a share of the plot, for styles. */
export const place = (value: number): string => `${Math.round((value / size) * 10_000) / 100}%`;

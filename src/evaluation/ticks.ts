/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Round numbers (1, 2, 2.5 or 5 × a power of ten) from at or below `low` to at or above `high`, about `target` of them. */
export function numberTicks(low: number, high: number, target = 6): number[] {
  const span = high > low ? high - low : Math.abs(low) || 1;
  const power = 10 ** Math.floor(Math.log10(span / target));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= span / target) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Decimals that tell neighbouring ticks apart. */
export function tickDigits(ticks: readonly number[]): number {
  const step = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0));
  for (let digits = 0; digits < 8; digits++) if (Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) return digits;
  return 8;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Beginnings of years, months, days, hours or minutes (UTC) inside a span, about `target` of them at most. */
export function timeTicks(from: number, to: number, target = 8): Tick[] {
  const span = to - from;
  const monthStep = [1, 2, 3, 6, 12, 24, 60, 120].find((step) => span / (step * 30.44 * dayMs) <= target) ?? 240;
  if (span > 60 * dayMs) return monthTicks(from, to, monthStep);
  const step =
    [60_000, 5 * 60_000, 15 * 60_000, hourMs, 3 * hourMs, 6 * hourMs, 12 * hourMs, dayMs, 2 * dayMs, 7 * dayMs, 14 * dayMs].find(
      (size) => span / size <= target,
    ) ?? 28 * dayMs;
  const ticks: Tick[] = [];
  for (let value = Math.ceil(from / step) * step; value <= to; value += step) ticks.push({ value, label: clockLabel(value, step) });
  return ticks;
}

function monthTicks(from: number, to: number, step: number): Tick[] {
  const start = new Date(from);
  const ticks: Tick[] = [];
  for (let month = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step; ; month += step) {
    const value = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (value > to) return ticks;
    const year = String(Math.floor(month / 12));
    if (value >= from) ticks.push({ value, label: step >= 12 ? year : `${months[month % 12]!} ${year}` });
  }
}

function clockLabel(value: number, step: number): string {
  const at = new Date(value);
  const date = `${at.getUTCDate()} ${months[at.getUTCMonth()]!}`;
  if (step >= dayMs) return date;
  const time = at.toISOString().slice(11, 16);
  return time === "00:00" ? date : time;
}

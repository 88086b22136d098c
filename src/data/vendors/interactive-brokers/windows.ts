import type { Calendar } from "../../calendar.ts";
import { type BarLength, secondsMs, type TimeSpan } from "../bar-params.ts";

const dayMs = 86_400_000;

/** How bars of a length are asked for: the broker's name of it, and how much time goes into one request. */
export interface BarSize {
  readonly name: string;
  /** In the broker's words; it covers at least `stepMs`. */
  readonly duration: string;
  readonly stepMs: number;
}

/** One request gives a few thousand bars: what the broker allows to a step of this length. */
export const barSizes: Readonly<Record<BarLength, BarSize>> = {
  "1s": { name: "1 secs", duration: "1800 S", stepMs: 1_800_000 },
  "5s": { name: "5 secs", duration: "3600 S", stepMs: 3_600_000 },
  "10s": { name: "10 secs", duration: "14400 S", stepMs: 14_400_000 },
  "15s": { name: "15 secs", duration: "14400 S", stepMs: 14_400_000 },
  "30s": { name: "30 secs", duration: "28800 S", stepMs: 28_800_000 },
  "1m": { name: "1 min", duration: "1 W", stepMs: 7 * dayMs },
  "5m": { name: "5 mins", duration: "1 W", stepMs: 7 * dayMs },
  "15m": { name: "15 mins", duration: "1 M", stepMs: 28 * dayMs },
  "30m": { name: "30 mins", duration: "1 M", stepMs: 28 * dayMs },
  "1h": { name: "1 hour", duration: "1 M", stepMs: 28 * dayMs },
  "1d": { name: "1 day", duration: "1 Y", stepMs: 365 * dayMs },
};

/** A time in the form that the broker takes for UTC, to the second: 20240105-14:30:00. */
export const gatewayTime = (timeMs: number): string =>
  new Date(Math.ceil(timeMs / 1000) * 1000).toISOString().slice(0, 19).replaceAll("-", "").replace("T", "-");

/** A duration in the broker's words that reaches back at least so far: days up to a year, else years. */
export const durationOver = (lengthMs: number): string => {
  const days = Math.max(1, Math.ceil(lengthMs / dayMs));
  return days <= 365 ? `${days} D` : `${Math.ceil(days / 365)} Y`;
};

/** How far back bars of a length are kept, ms: those of half a minute and less for six months. */
export const keptMs = (interval: BarLength): number => (Object.hasOwn(secondsMs, interval) ? 183 * dayMs : Infinity);

/** When the bar of a history begins, ms, UTC; of a day, the midnight that begins the date. NaN where it cannot be understood. */
export function barTime(text: string): number {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (day) return Date.parse(`${day[1]}-${day[2]}-${day[3]}`);
  return /^\d{9,11}$/.test(text) ? Number(text) * 1000 : NaN;
}

/** Whether something may have traded in a stretch of time, as far as the calendar knows. */
export function mayTrade({ start, end }: TimeSpan, calendar: Calendar | undefined): boolean {
  if (!calendar) return true;
  const isKnown = new Date(start).getUTCFullYear() >= calendar.years.from && new Date(end).getUTCFullYear() <= calendar.years.to;
  return !isKnown || calendar.sessions(start, end).length > 0;
}

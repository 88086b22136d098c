import { assert } from "../../base/index.ts";

/** Stretches of the UTC calendar by which the parts of a data set are cut. */
export const periods = ["decade", "year", "month", "day"] as const;
export type Period = (typeof periods)[number];

const dayMs = 86_400_000;

/** The period whose parts hold about a million bars at most; `intervalMs` is the usual distance between bars, NaN where unknown. */
export function periodFor(intervalMs: number): Period {
  if (!(intervalMs < dayMs / 4)) return "decade";
  if (intervalMs >= 30_000) return "year";
  return intervalMs >= 1000 ? "month" : "day";
}

/** The first millisecond of the period in which a time lies, `shift` periods later. */
export function periodStart(period: Period, timeMs: number, shift = 0): number {
  if (period === "day") return (Math.floor(timeMs / dayMs) + shift) * dayMs;
  const date = new Date(timeMs);
  const year = date.getUTCFullYear();
  assert(!Number.isNaN(year), `${timeMs} is no time`);
  if (period === "month") return utc(year, date.getUTCMonth() + shift);
  return period === "year" ? utc(year + shift, 0) : utc((Math.floor(year / 10) + shift) * 10, 0);
}

/** Like `Date.UTC`, which takes the years 0 to 99 for those of the twentieth century. */
function utc(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime();
}

const labelLength: Readonly<Record<Period, number>> = {
  decade: "YYYY".length,
  year: "YYYY".length,
  month: "YYYY-MM".length,
  day: "YYYY-MM-DD".length,
};

/** A period's name in files: 2020s, 2024, 2024-07 or 2024-07-03. */
export function periodLabel(period: Period, timeMs: number): string {
  const date = new Date(periodStart(period, timeMs)).toISOString();
  const signed = /^[+-]/.test(date) ? "+YYYYYY".length - "YYYY".length : 0;
  return `${date.slice(0, labelLength[period] + signed)}${period === "decade" ? "s" : ""}`;
}

/** A stretch of rows [from, to) that lies in one period. */
export interface PeriodRows {
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/** Cuts ascending times where one period ends and another begins; `start` is the first millisecond of each period. */
export function cutByPeriod(period: Period, closeTime: Float64Array): PeriodRows[] {
  const cuts: PeriodRows[] = [];
  for (let from = 0; from < closeTime.length;) {
    const start = periodStart(period, closeTime[from]!);
    const to = firstAtOrAfter(closeTime, periodStart(period, closeTime[from]!, 1), from);
    cuts.push({ start, from, to });
    from = to;
  }
  return cuts;
}

/** The first row at or after a time, from a row on, by bisection; the length where there is none. */
export function firstAtOrAfter(closeTime: Float64Array, timeMs: number, from = 0): number {
  let low = from;
  let high = closeTime.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (closeTime[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { isoText } from "../stamp-column.ts";
import type { TimeZone } from "../time-zone.ts";

/** What a value of a series describes: a moment, or a day, month, quarter or year. */
export const periodKinds = ["instant", "day", "month", "quarter", "year"] as const;
export type PeriodKind = (typeof periodKinds)[number];

const year = /^(\d{4})$/;
const quarter = /^(\d{4})[- ]?Q([1-4])$/i;
const month = /^(\d{4})[-/.]?(0[1-9]|1[0-2])$/;

/** A period that is written as such rather than as a date: 2019, 2019-Q4, 2019-12 or 201912; `start` is its first midnight, ms. */
export function readPeriod(text: string): { readonly kind: PeriodKind; readonly start: number } | undefined {
  const asMonth = month.exec(text);
  if (asMonth) return { kind: "month", start: Date.UTC(Number(asMonth[1]), Number(asMonth[2]) - 1, 1) };
  const asQuarter = quarter.exec(text);
  if (asQuarter) return { kind: "quarter", start: Date.UTC(Number(asQuarter[1]), 3 * (Number(asQuarter[2]) - 1), 1) };
  const asYear = year.exec(text);
  return asYear ? { kind: "year", start: Date.UTC(Number(asYear[1]), 0, 1) } : undefined;
}

const monthsOf: Readonly<Partial<Record<PeriodKind, number>>> = { month: 1, quarter: 3, year: 12 };

const dayMs = 86_400_000;

/** A midnight by the clock on the wall: what a date becomes in files that know times only. */
export const isMidnight = (local: number): boolean => local % dayMs === 0;

/** The midnight that ends the period in which a moment lies, both by the clock on the wall; of an instant the moment itself. */
export function periodEnd(kind: PeriodKind, time: number): number {
  if (kind === "instant") return time;
  const date = new Date(time);
  const [fullYear, monthIndex] = [date.getUTCFullYear(), date.getUTCMonth()];
  const length = monthsOf[kind];
  if (length === undefined) return Date.UTC(fullYear, monthIndex, date.getUTCDate() + 1);
  return Date.UTC(fullYear, Math.floor(monthIndex / length) * length + length, 1);
}

const isMonthStart = (time: number): boolean => new Date(time).getUTCDate() === 1;
const monthNumber = (time: number): number => 12 * new Date(time).getUTCFullYear() + new Date(time).getUTCMonth();

/**
 * What dates stand for where the file does not say: days, unless each of three or more is the first of a month. Those are months, or
 * quarters or years where they are as far apart. Longer is the safe side: a month's value is known after the month.
 */
export function inferPeriod(dates: readonly number[]): PeriodKind {
  if (dates.length < 3 || !dates.every(isMonthStart)) return "day";
  const months = [...new Set(dates.map(monthNumber))].toSorted((left, right) => left - right);
  const apart = (length: number) => months.every((number) => (number - months[0]!) % length === 0);
  if (apart(12)) return "year";
  return apart(3) ? "quarter" : "month";
}

/** A moment for messages. */
export const momentText = (time: number): string => (Number.isFinite(time) ? isoText(time, true).replace(" 00:00:00Z", "") : "never");

/** The later of the moments at which a clock on the wall shows a time: in autumn an hour comes twice, and later is the safe side. */
export function latestMoment(zone: TimeZone, local: number): number {
  const first = zone.toUtc(local);
  const again = first + 3_600_000;
  return zone.toLocal(again) === local ? again : first;
}

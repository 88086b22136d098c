import { UserError } from "../base/index.ts";
import type { Calendar } from "./calendar.ts";
import { textOfDay, yearOfDay } from "./calendar-days.ts";
import { inferInterval } from "./gaps.ts";
import { namedCalendar } from "./named-calendar.ts";
import type { ReadOptions } from "./read-options.ts";
import type { Stamps } from "./stamp-column.ts";
import type { TimeZone } from "./time-zone.ts";

const dayMs = 86_400_000;

/** When bars close, and how that was found out. */
export interface BarTimes {
  /** [bars] ms since the epoch, UTC. */
  readonly closeTime: Float64Array;
  readonly intervalMs: number;
  readonly stamp: "open" | "close" | "date" | "session";
}

/**
 * Close times of bars from their stamps, which are UTC and ascend. A stamp marks the open unless the options or a column named
 * after the close say otherwise. A date alone stands for its session's close where the options name a calendar, else for its end in
 * `zone`: the next midnight, since the exchange's own close is unknown, and later is the safe side. Days and longer bars keep the
 * zone's clock across daylight saving, months their day.
 */
export function barTimes(time: Float64Array, stamps: Stamps, options: ReadOptions, timeColumn: string, zone: TimeZone): BarTimes {
  const intervalMs = options.intervalMs ?? (time.length > 1 ? inferInterval(time) : stamps.dateOnly ? dayMs : NaN);
  const marks = options.stamp ?? (/close/i.test(timeColumn) ? "close" : "open");
  const stamp = stamps.dateOnly && (marks === "close" || intervalMs <= dayMs) ? "date" : marks;
  if (Number.isNaN(intervalMs)) {
    throw new UserError("data/too-short", "the length of a bar cannot be told from one bar", {
      path: "intervalMs",
      hint: "Give the option intervalMs, in milliseconds.",
    });
  }
  if (stamp === "close") return { closeTime: time, intervalMs, stamp };
  if (stamp === "date" && options.calendar !== undefined) {
    return { closeTime: time.map(dayEnd(zone, namedCalendar(options.calendar))), intervalMs, stamp: "session" };
  }
  const length = stamp === "date" ? dayMs : intervalMs;
  return { closeTime: time.map(length < dayMs ? (start) => start + length : calendarEnd(length, zone)), intervalMs, stamp };
}

/**
 * When the bar of a day is known, from the midnight in `zone` at which the day begins: at the close of its session, or where the
 * calendar has none that day (or there is no calendar) at the next midnight.
 */
export function dayEnd(zone: TimeZone, calendar: Calendar | undefined): (start: number) => number {
  const nextMidnight = calendarEnd(dayMs, zone);
  if (!calendar) return nextMidnight;
  const { from, to } = calendar.years;
  return (start) => {
    const day = Math.floor(zone.toLocal(start) / dayMs);
    const year = yearOfDay(day);
    return (year >= from && year <= to ? calendar.session(textOfDay(day))?.close : undefined) ?? nextMidnight(start);
  };
}

function calendarEnd(length: number, zone: TimeZone): (start: number) => number {
  const isMonth = length >= 28 * dayMs && length <= 31 * dayMs;
  return (start) => {
    const local = zone.toLocal(start);
    return zone.toUtc(isMonth ? nextMonth(local) : local + length);
  };
}

function nextMonth(local: number): number {
  const date = new Date(local);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()) + (((local % dayMs) + dayMs) % dayMs);
}

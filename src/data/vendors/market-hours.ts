import type { Calendar } from "../calendar.ts";
import { dayFromText, textOfDay } from "../calendar-days.ts";
import { namedCalendar } from "../named-calendar.ts";
import { timeZone, type TimeZone } from "../time-zone.ts";

const dayMs = 86_400_000;

/** When a symbol trades, as far as it is known. Days are the exchange's, as 2024-07-03. */
export interface MarketHours {
  /** Of the exchange's clock; UTC where no calendar is known. */
  readonly zone: TimeZone;
  readonly calendar: Calendar | undefined;
  /** The exchange's day in which a moment lies, ms, UTC. */
  dayOf(timeMs: number): string;
  /** When a day begins by the exchange's clock, ms, UTC. */
  startOf(day: string): number;
}

/** The hours by a calendar: the one that a person chose (or `none`), else the usual one of such a symbol, if it has one. */
export function marketHours(chosen: string | undefined, usual: string | undefined): MarketHours {
  const name = chosen === "none" ? undefined : (chosen ?? usual);
  const calendar = name === undefined ? undefined : namedCalendar(name);
  const zone = timeZone(calendar?.timeZone ?? "UTC");
  return {
    zone,
    calendar,
    dayOf: dayIn(zone),
    startOf: (day) => zone.toUtc(dayFromText(day) * dayMs),
  };
}

/** Gives the day, by a zone's clock, in which a moment lies, ms, UTC. */
export const dayIn =
  (zone: TimeZone) =>
  (timeMs: number): string =>
    textOfDay(Math.floor(zone.toLocal(timeMs) / dayMs));

const calendarsByZone: Readonly<Record<string, string>> = {
  "America/New_York": "nyse",
  "US/Eastern": "nyse",
  "Europe/London": "lse",
  "Asia/Tokyo": "tokyo",
};

/** The calendar of an exchange with that clock, where one is known. */
export const calendarOfZone = (zone: string | undefined): string | undefined => (zone === undefined ? undefined : calendarsByZone[zone]);

/** The day before or after another, by a number of days. */
export const shiftDay = (day: string, days: number): string => textOfDay(dayFromText(day) + days);

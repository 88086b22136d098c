/** Days as whole numbers since 1970-01-01, without a clock or a zone: what holidays are reckoned in. */

const dayMs = 86_400_000;

/** Day number of a date; months count from 1. */
export const dayOf = (year: number, month: number, date: number): number => Date.UTC(year, month - 1, date) / dayMs;

/** Day number of a text such as 2024-07-04. */
export const dayFromText = (text: string): number => Date.parse(`${text}T00:00:00Z`) / dayMs;

/** The day as text, such as 2024-07-04. */
export const textOfDay = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** The year that a day is in. */
export const yearOfDay = (day: number): number => new Date(day * dayMs).getUTCFullYear();

/** Day of the week: 0 is Sunday, 6 Saturday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7; // 1970-01-01 was a Thursday.

/** The first, second, … of a weekday in a month. */
export function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1);
}

/** The last of a weekday in a month. */
export function lastWeekday(year: number, month: number, weekday: number): number {
  const last = dayOf(year, month + 1, 1) - 1;
  return last - ((weekdayOf(last) - weekday + 7) % 7);
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher: Astronomical Algorithms, 2nd edition, chapter 8). */
export function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return dayOf(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}

/** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
export function nearestWeekday(day: number): number {
  const weekday = weekdayOf(day);
  return weekday === 6 ? day - 1 : weekday === 0 ? day + 1 : day;
}

/** A holiday on a Sunday is kept on the Monday after, one on a Saturday not at all. */
export function mondayAfterSunday(day: number): number {
  return weekdayOf(day) === 0 ? day + 1 : day;
}

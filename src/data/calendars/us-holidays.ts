import { dayOf, easterSunday, lastWeekday, mondayAfterSunday, nearestWeekday, nthWeekday, weekdayOf } from "../calendar-days.ts";

/**
 * Holidays of the New York exchanges by rule 7.2 of the New York Stock Exchange: Saturday's are kept on Friday and Sunday's on
 * Monday, but a New Year's Day on a Saturday is not kept. Dr King's day since 1998, Juneteenth since 2022.
 */
export function usHolidays(year: number): number[] {
  return [mondayAfterSunday(dayOf(year, 1, 1)), goodFriday(year), nearestWeekday(dayOf(year, 12, 25)), ...usHolidaysWithinTheYear(year)];
}

/** Those of them on which futures trade until noon. */
export function usHolidaysWithinTheYear(year: number): number[] {
  return [
    ...(year >= 1998 ? [nthWeekday(year, 1, 1, 3)] : []),
    nthWeekday(year, 2, 1, 3),
    lastWeekday(year, 5, 1),
    ...(year >= 2022 ? [nearestWeekday(dayOf(year, 6, 19))] : []),
    nearestWeekday(dayOf(year, 7, 4)),
    nthWeekday(year, 9, 1, 1),
    thanksgiving(year),
  ];
}

/** The Friday before Easter. */
export const goodFriday = (year: number): number => easterSunday(year) - 2;

const thanksgiving = (year: number): number => nthWeekday(year, 11, 4, 4);

/**
 * Days on which the New York exchanges close at one: the Friday after Thanksgiving, Christmas Eve, and a day beside the Fourth of
 * July (the third, or until 2012 the Friday after a Thursday holiday). Years before 2000 had others and are left without.
 */
export function usHalfDays(year: number): number[] {
  if (year < 2000) return [];
  const christmasEve = dayOf(year, 12, 24);
  const third = dayOf(year, 7, 3);
  const isBefore = [1, 2, 4].includes(weekdayOf(third)) || (weekdayOf(third) === 3 && year >= 2013);
  const isAfter = year <= 2012 && weekdayOf(third) === 3;
  return [
    thanksgiving(year) + 1,
    ...(weekdayOf(christmasEve) >= 1 && weekdayOf(christmasEve) <= 4 ? [christmasEve] : []),
    ...(isBefore ? [third] : isAfter ? [third + 2] : []),
  ];
}

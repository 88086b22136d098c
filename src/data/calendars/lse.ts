import { calendar } from "../calendar.ts";
import { dayOf, easterSunday, lastWeekday, nthWeekday, weekdayOf } from "../calendar-days.ts";

/** Bank holidays that were moved to another day of the year, for jubilees and for the days of victory in Europe. */
const earlyMay: Readonly<Record<number, number>> = { 2020: dayOf(2020, 5, 8) };
const spring: Readonly<Record<number, number>> = { 2002: dayOf(2002, 6, 4), 2012: dayOf(2012, 6, 4), 2022: dayOf(2022, 6, 2) };

/** Bank holidays of England (Banking and Financial Dealings Act 1971, and proclamations since). */
function bankHolidays(year: number): number[] {
  const christmas = dayOf(year, 12, 25);
  // Two holidays in a row: what falls on the weekend is made up for on the next working days.
  const christmasSubstitutes = { 5: [christmas, christmas + 3], 6: [christmas + 2, christmas + 3], 0: [christmas + 1, christmas + 2] };
  return [
    afterWeekend(dayOf(year, 1, 1)),
    easterSunday(year) - 2,
    easterSunday(year) + 1,
    earlyMay[year] ?? nthWeekday(year, 5, 1, 1),
    spring[year] ?? lastWeekday(year, 5, 1),
    lastWeekday(year, 8, 1),
    ...(christmasSubstitutes[weekdayOf(christmas) as 0 | 5 | 6] ?? [christmas, christmas + 1]),
  ];
}

const afterWeekend = (day: number): number => day + ({ 6: 2, 0: 1 }[weekdayOf(day)] ?? 0);
const lastWorkingDay = (day: number): number => day - ({ 6: 1, 0: 2 }[weekdayOf(day)] ?? 0);

/** The London Stock Exchange's continuous trading, without its auctions. */
export default calendar({
  name: "lse",
  summary: "London Stock Exchange, 8:00 to 16:30 in London",
  timeZone: "Europe/London",
  years: { from: 2000, to: 2030 },
  weekdays: [1, 2, 3, 4, 5],
  hours: [{ from: "2000-01-01", open: "08:00", close: "16:30" }],
  holidays: bankHolidays,
  closures: [
    "2002-06-03", // Golden Jubilee
    "2011-04-29", // Prince William's wedding
    "2012-06-05", // Diamond Jubilee
    "2022-06-03", // Platinum Jubilee
    "2022-09-19", // Queen Elizabeth's funeral
    "2023-05-08", // King Charles's coronation
  ],
  earlyCloses: (year) => [24, 31].map((date) => [lastWorkingDay(dayOf(year, 12, date)), "12:30"]),
});

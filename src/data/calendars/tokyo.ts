import { calendar } from "../calendar.ts";
import { dayOf, nthWeekday, weekdayOf } from "../calendar-days.ts";

/** Days of the equinoxes in Japan by the almanac's approximation for 1980 to 2099; the government proclaims them a year ahead. */
const equinox = (year: number, base: number): number => Math.floor(base + 0.242194 * (year - 1980)) - Math.floor((year - 1980) / 4);

/** Holidays that the Olympic Games moved in two years: Marine Day, Mountain Day and Sports Day. */
const olympic: Readonly<Record<number, readonly [marine: number, mountain: number, sports: number]>> = {
  2020: [dayOf(2020, 7, 23), dayOf(2020, 8, 10), dayOf(2020, 7, 24)],
  2021: [dayOf(2021, 7, 22), dayOf(2021, 8, 8), dayOf(2021, 7, 23)],
};

/** National holidays by the Act on National Holidays as it has stood since 2007, without substitutes. */
function nationalHolidays(year: number): number[] {
  const [marine, mountain, sports] = olympic[year] ?? [nthWeekday(year, 7, 1, 3), dayOf(year, 8, 11), nthWeekday(year, 10, 1, 2)];
  return [
    dayOf(year, 1, 1),
    nthWeekday(year, 1, 1, 2), // Coming of Age Day
    dayOf(year, 2, 11), // Foundation Day
    ...(year >= 2020 ? [dayOf(year, 2, 23)] : year <= 2018 ? [dayOf(year, 12, 23)] : []), // the Emperor's Birthday
    dayOf(year, 3, equinox(year, 20.8431)),
    ...[dayOf(year, 4, 29), dayOf(year, 5, 3), dayOf(year, 5, 4), dayOf(year, 5, 5)],
    ...(year === 2019 ? [dayOf(2019, 5, 1), dayOf(2019, 10, 22)] : []), // the Emperor's accession and enthronement
    marine,
    ...(year >= 2016 ? [mountain] : []),
    nthWeekday(year, 9, 1, 3), // Respect for the Aged Day
    dayOf(year, 9, equinox(year, 23.2488)),
    sports,
    dayOf(year, 11, 3), // Culture Day
    dayOf(year, 11, 23), // Labour Thanksgiving Day
  ];
}

/** For a holiday on a Sunday the next day that is none is kept, and a day between two holidays is one too. */
function withSubstitutes(holidays: readonly number[]): Set<number> {
  const kept = new Set(holidays);
  for (const day of holidays) {
    if (weekdayOf(day) !== 0) continue;
    let substitute = day + 1;
    while (kept.has(substitute)) substitute++;
    kept.add(substitute);
  }
  for (const day of holidays) {
    if (holidays.includes(day + 2)) kept.add(day + 1);
  }
  return kept;
}

/** The Tokyo Stock Exchange's auctions in the morning and in the afternoon. */
export default calendar({
  name: "tokyo",
  summary: "Tokyo Stock Exchange, 9:00 to 15:30 (until November 2024 15:00) in Tokyo, with a pause at noon",
  timeZone: "Asia/Tokyo",
  years: { from: 2010, to: 2030 },
  weekdays: [1, 2, 3, 4, 5],
  hours: [
    { from: "2010-01-01", open: "09:00", close: "15:00", pauses: [["11:00", "12:30"]] },
    { from: "2011-11-21", open: "09:00", close: "15:00", pauses: [["11:30", "12:30"]] },
    { from: "2024-11-05", open: "09:00", close: "15:30", pauses: [["11:30", "12:30"]] },
  ],
  holidays: (year) => [
    ...withSubstitutes(nationalHolidays(year)),
    ...[dayOf(year, 1, 2), dayOf(year, 1, 3), dayOf(year, 12, 31)], // the turn of the year
  ],
  closures: ["2020-10-01"], // The trading system failed before the opening.
});

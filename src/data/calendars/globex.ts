import { calendar } from "../calendar.ts";
import { dayOf, mondayAfterSunday, nearestWeekday } from "../calendar-days.ts";
import { goodFriday, usHalfDays, usHolidaysWithinTheYear } from "./us-holidays.ts";

/**
 * Index futures on CME Globex: 23 hours from Sunday evening on, with the daily break. Modelled after its published hours, not
 * every product's own: on holidays of the United States trading ends at noon in Chicago, on half days at 12:15, and the few Good
 * Fridays with a short morning count as closed.
 */
export default calendar({
  name: "globex",
  summary: "index futures on CME Globex, 17:00 the evening before to 16:00 in Chicago; holidays approximate",
  timeZone: "America/Chicago",
  years: { from: 2016, to: 2030 },
  weekdays: [1, 2, 3, 4, 5],
  hours: [
    { from: "2016-01-01", open: "17:00", close: "16:00", opensDayBefore: true, pauses: [["15:15", "15:30"]] },
    { from: "2021-06-28", open: "17:00", close: "16:00", opensDayBefore: true },
  ],
  holidays: (year) => [mondayAfterSunday(dayOf(year, 1, 1)), goodFriday(year), nearestWeekday(dayOf(year, 12, 25))],
  earlyCloses: (year) => [
    ...usHalfDays(year).map((day) => [day, "12:15"] as const),
    ...usHolidaysWithinTheYear(year).map((day) => [day, "12:00"] as const),
  ],
});

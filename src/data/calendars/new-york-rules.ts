import type { CalendarRules } from "../calendar.ts";
import { dayFromText } from "../calendar-days.ts";
import { usHalfDays, usHolidays } from "./us-holidays.ts";

/** What the New York exchanges have in common: days, hours and closings of no rule. */
export const newYorkRules: Omit<CalendarRules, "name" | "summary"> = {
  timeZone: "America/New_York",
  years: { from: 1985, to: 2030 },
  weekdays: [1, 2, 3, 4, 5],
  hours: [
    { from: "1985-01-01", open: "10:00", close: "16:00" },
    { from: "1985-09-30", open: "09:30", close: "16:00" },
  ],
  holidays: usHolidays,
  closures: [
    "1985-09-27", // Hurricane Gloria
    "1994-04-27", // President Nixon's funeral
    ...["2001-09-11", "2001-09-12", "2001-09-13", "2001-09-14"], // the attacks on New York
    "2004-06-11", // President Reagan's funeral
    "2007-01-02", // President Ford's funeral
    ...["2012-10-29", "2012-10-30"], // Hurricane Sandy
    "2018-12-05", // President Bush's funeral
    "2025-01-09", // President Carter's funeral
  ],
  earlyCloses: (year) => [...usHalfDays(year), dayAfterChristmas].map((day) => [day, "13:00"]),
};

const dayAfterChristmas = dayFromText("2003-12-26"); // The only half day since 2000 that follows no rule.

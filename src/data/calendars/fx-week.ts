import { calendar } from "../calendar.ts";

/**
 * The week of foreign exchange, from Sunday to Friday 17:00 in New York, where the value date changes. No holidays: it has no
 * exchange to close it, but around Christmas and New Year most venues pause, and such pauses show as gaps.
 */
export default calendar({
  name: "fx-week",
  summary: "foreign exchange, Sunday 17:00 to Friday 17:00 in New York, holidays included",
  timeZone: "America/New_York",
  years: { from: 1990, to: 2030 },
  weekdays: [1, 2, 3, 4, 5],
  hours: [{ from: "1989-12-31", open: "17:00", close: "17:00", opensDayBefore: true }],
  holidays: () => [],
});

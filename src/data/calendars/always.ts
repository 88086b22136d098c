import { calendar } from "../calendar.ts";

/** Round the clock, as exchanges of crypto-currencies trade; a session is a day of UTC. */
export default calendar({
  name: "always",
  summary: "round the clock on every day (24×7); sessions are days of UTC",
  timeZone: "UTC",
  years: { from: 1970, to: 2100 },
  weekdays: [0, 1, 2, 3, 4, 5, 6],
  hours: [{ from: "1970-01-01", open: "00:00", close: "24:00" }],
  holidays: () => [],
});

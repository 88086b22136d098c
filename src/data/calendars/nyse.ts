import { calendar } from "../calendar.ts";
import { newYorkRules } from "./new-york-rules.ts";

/** The New York Stock Exchange's core session. */
export default calendar({ ...newYorkRules, name: "nyse", summary: "New York Stock Exchange, 9:30 to 16:00 in New York" });

import { calendar } from "../calendar.ts";
import { newYorkRules } from "./new-york-rules.ts";

/** Nasdaq's regular hours; it keeps the New York Stock Exchange's days. */
export default calendar({ ...newYorkRules, name: "nasdaq", summary: "Nasdaq, regular hours, 9:30 to 16:00 in New York" });

import { z } from "zod";
import { parse } from "../base/index.ts";
import type { Calendar } from "./calendar.ts";
import { calendars } from "./calendars/index.ts";

const CalendarName = z.enum(Object.keys(calendars) as (keyof typeof calendars)[]);

/** The calendar of that name; none is a `UserError` that lists them. */
export const namedCalendar = (name: string): Calendar => calendars[parse(CalendarName, name, "calendar", "config/invalid")];

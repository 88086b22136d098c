import { readIsoStamp } from "./iso-stamp.ts";

const clock = String.raw`(?:[T ,]\s*(\d{1,2})(?::?(\d{2}))?(?::?(\d{2})(?:[.,](\d{1,9}))?)?[ -]?([AP]M)?)?`;
const zone = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?`;
const yearFirst = new RegExp(String.raw`^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))${clock}${zone}$`, "i");
const yearLast = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})${clock}${zone}$`, "i");
const monthNamed = new RegExp(
  String.raw`^(?:(\d{1,2})[- ]([a-z]{3})[a-z]*|([a-z]{3})[a-z]*\.? (\d{1,2}))[- ,]+(\d{4}|\d{2})${clock}${zone}$`,
  "i",
);
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const numeric = /^[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?$/i;

/** One stamp as read: `time` with the month first and `swapped` with the day, where the order is open; an offset of NaN is none. */
export interface Reading {
  time: number;
  swapped: number;
  offset: number;
  hasClock: boolean;
  /** Empty where the stamp cannot be understood; starts with "?" and the mark between day and month where their order is open. */
  format: string;
}

/** A reading to be reused by `readStamp`. */
export const emptyReading = (): Reading => ({ time: NaN, swapped: NaN, offset: NaN, hasClock: false, format: "" });

/** Reads one stamp, without white space around it, into `out`. */
export function readStamp(text: string, out: Reading): void {
  if (readIsoStamp(text, out)) return;
  out.time = out.swapped = out.offset = NaN;
  out.hasClock = false;
  out.format = "";
  if (numeric.test(text)) return readNumber(Number(text), text, out);
  let match = yearFirst.exec(text);
  if (match) {
    const date = dateMs(match[1]!, match[3] ?? match[5]!, match[4] ?? match[6]!);
    return finish(date, date, ["YYYY", "MM", "DD"].join(match[2] ?? ""), match, 7, out);
  }
  match = yearLast.exec(text);
  if (match) {
    const monthFirst = dateMs(match[4]!, match[1]!, match[3]!);
    return finish(monthFirst, dateMs(match[4]!, match[3]!, match[1]!), `?${match[2]}`, match, 5, out);
  }
  match = monthNamed.exec(text);
  if (!match) return;
  const month = months.indexOf((match[2] ?? match[3]!).toLowerCase()) + 1;
  const date = dateMs(match[5]!, String(month), match[1] ?? match[4]!);
  finish(date, date, "D month Y", match, 6, out);
}

/** Puts a date, in both readings, together with the clock (five groups of the match from `at`) and the zone after it. */
function finish(date: number, swapped: number, format: string, match: RegExpExecArray, at: number, out: Reading): void {
  const clockTime = clockMs(match[at], match[at + 1], match[at + 2], match[at + 3], match[at + 4]);
  out.time = date + clockTime;
  out.swapped = swapped + clockTime;
  if (Number.isNaN(out.time) && Number.isNaN(out.swapped)) return;
  out.offset = offsetMs(match[at + 5]);
  out.hasClock = match[at] !== undefined;
  out.format = format + (match[at + 4] ? " 12-hour clock" : out.hasClock ? " time" : "");
}

/** Years of two digits are of the century from 1969, as POSIX has it. */
const shortYear = (year: number): number => year + (year < 69 ? 2000 : 1900);

function dateMs(yearText: string, monthText: string, dayText: string): number {
  const year = yearText.length === 2 ? shortYear(Number(yearText)) : Number(yearText);
  const month = Number(monthText);
  const day = Number(dayText);
  const time = Date.UTC(year, month - 1, day);
  const exists = year >= 1600 && month >= 1 && month <= 12 && day >= 1 && (day <= 28 || new Date(time).getUTCDate() === day);
  return exists ? time : NaN;
}

function clockMs(hourText?: string, minuteText = "0", secondText = "0", fraction = "", half?: string): number {
  if (hourText === undefined) return 0;
  const hour = Number(hourText);
  const minute = Number(minuteText);
  const second = Number(secondText);
  const inDay = half === undefined ? (hour === 24 ? minute + second === 0 : hour < 24) : hour >= 1 && hour <= 12;
  if (!inDay || minute > 59 || second > 59) return NaN;
  const hours = half === undefined ? hour : (hour % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
  return hours * 3_600_000 + minute * 60_000 + second * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
}

function offsetMs(text: string | undefined): number {
  if (text === undefined) return NaN;
  if (/[zutgm]/i.test(text)) return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(":", "") || "0");
  return (text.startsWith("-") ? -1 : 1) * minutes * 60_000;
}

/**
 * Eight, twelve or fourteen digits that make a date are one; other numbers count from the epoch, in a unit their size tells. That leaves
 * milliseconds of before 1977 open: twelve of their digits may make a date of long ago, and are then taken for it.
 */
function readNumber(value: number, text: string, out: Reading): void {
  const digits = /^(?:1[6-9]|2[01])\d{6}(?:\d{4}(?:\d{2})?)?$/.test(text);
  const date = digits ? dateMs(text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)) : NaN;
  const time = date + (text.length > 8 ? clockMs(text.slice(8, 10), text.slice(10, 12), text.slice(12) || "0") : 0);
  if (!Number.isNaN(time)) {
    out.time = out.swapped = time;
    out.hasClock = text.length > 8;
    out.format = "YYYYMMDDHHMMSS".slice(0, text.length);
    return;
  }
  const unit = epochUnit(value);
  if (unit === undefined) return;
  out.time = out.swapped = Math.round(value * unit.ms);
  out.offset = 0;
  out.hasClock = true;
  out.format = `${unit.name} since 1970`;
}

/** The unit of a number that counts from the epoch; none for one so small that it must mean something else, such as a row's number. */
function epochUnit(value: number): { readonly name: string; readonly ms: number } | undefined {
  const size = Math.abs(value);
  if (size < 1e8) return undefined;
  if (size < 1e11) return { name: "s", ms: 1000 };
  if (size < 1e14) return { name: "ms", ms: 1 };
  if (size < 1e17) return { name: "µs", ms: 1e-3 };
  return size < 1e20 ? { name: "ns", ms: 1e-6 } : undefined;
}

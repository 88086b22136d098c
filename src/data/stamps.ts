import { UserError } from "../base/index.ts";
import type { DateFormat } from "./read-options.ts";

/** The moments of a file's rows. */
export interface Stamps {
  /** [rows] ms since the epoch: UTC where `zoned`, else what the clock on the wall showed. NaN where it cannot be understood. */
  readonly time: Float64Array;
  readonly zoned: boolean;
  /** No row has a time of day. */
  readonly dateOnly: boolean;
  /** How the first one that was understood is written. */
  readonly format: string;
}

const clock = String.raw`(?:[T ,]\s*(\d{1,2})(?::?(\d{2}))?(?::?(\d{2})(?:[.,](\d{1,9}))?)?[ -]?([AP]M)?)?`;
const zone = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?`;
const yearFirst = new RegExp(String.raw`^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))${clock}${zone}$`, "i");
const yearLast = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${clock}${zone}$`, "i");
const monthNamed = new RegExp(String.raw`^(?:(\d{1,2})[- ]([a-z]{3})[a-z]*|([a-z]{3})[a-z]*\.? (\d{1,2}))[- ,]+(\d{4})${clock}${zone}$`, "i");
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const numeric = /^[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?$/i;

/** One stamp as read: `time` with the month first and `swapped` with the day, where the order is open; an offset of NaN is none. */
interface Reading {
  time: number;
  swapped: number;
  offset: number;
  hasClock: boolean;
  /** Empty where the stamp cannot be understood; starts with "?" and the mark between day and month where their order is open. */
  format: string;
}

/** What the dates of a column say about the order of day and month. */
interface OrderEvidence {
  example: string;
  open: boolean;
  dayFirst: boolean;
  monthFirst: boolean;
  dots: boolean;
}

/**
 * Reads a column of times, one at a time: ISO dates with or without time and zone, 12-hour clocks, YYYYMMDD, D/M/Y or M/D/Y
 * (decided from the whole column), named months, and seconds, ms, µs or ns since the epoch. Where some rows carry a zone,
 * those without are not understood.
 */
export class StampColumn {
  private readonly file: string;
  private readonly time: number[] = [];
  private readonly swapped: number[] = [];
  private readonly offset: number[] = [];
  /** Rows that one order of day and month, or both, cannot read. */
  private readonly written = new Map<number, string>();
  private finished = new Float64Array();
  private readonly evidence: OrderEvidence = { example: "", open: false, dayFirst: false, monthFirst: false, dots: false };
  private readonly reading: Reading = { time: NaN, swapped: NaN, offset: NaN, hasClock: false, format: "" };
  private zoned = false;
  private dateOnly = true;
  private format = "";

  /** `file` is its name for messages. */
  constructor(file: string) {
    this.file = file;
  }

  add(text: string): void {
    const { reading } = this;
    readStamp(text.trim(), reading);
    this.time.push(reading.time);
    this.swapped.push(reading.swapped);
    const index = this.offset.push(reading.offset) - 1;
    if (Number.isNaN(reading.time) || Number.isNaN(reading.swapped)) this.written.set(index, text);
    if (reading.format === "") return;
    this.format ||= reading.format;
    this.zoned ||= !Number.isNaN(reading.offset);
    this.dateOnly &&= !reading.hasClock;
    if (reading.format.startsWith("?")) weigh(text, reading, this.evidence);
  }

  /** The column; dates whose order stays open are a `UserError` that asks for `dateFormat`. */
  finish(dateFormat: DateFormat | undefined): Stamps {
    const order = dateFormat ?? decideOrder(this.file, this.evidence);
    const time = Float64Array.from(order === "D/M/Y" ? this.swapped : this.time);
    if (this.zoned) for (let index = 0; index < time.length; index++) time[index]! -= this.offset[index]!;
    const format = this.format.replace(/^\?(.)/, (_, mark: string) => order.replaceAll("/", mark));
    this.finished = time;
    return { time, zoned: this.zoned, dateOnly: this.dateOnly, format };
  }

  /** A row's time for messages, once finished: in one form, or as it was written where that may not be understood. */
  textOf(index: number): string {
    return this.written.get(index) ?? isoText(this.finished[index]!, this.zoned);
  }
}

/** A moment as ISO 8601, with the Z of UTC only where it is known to be that; empty where there is none. */
export const isoText = (time: number, zoned: boolean): string =>
  Number.isNaN(time) ? "" : new Date(time).toISOString().replace("T", " ").slice(0, -1).replace(/\.000$/, "") + (zoned ? "Z" : "");

function weigh(text: string, { time, swapped, format }: Reading, evidence: OrderEvidence): void {
  evidence.example ||= text;
  if (Number.isNaN(swapped)) evidence.monthFirst = true;
  else if (Number.isNaN(time)) evidence.dayFirst = true;
  else if (time !== swapped) evidence.open = true;
  if (format.startsWith("?.")) evidence.dots = true;
}

function decideOrder(file: string, { example, open, dayFirst, monthFirst, dots }: OrderEvidence): DateFormat {
  if (dayFirst !== monthFirst) return dayFirst ? "D/M/Y" : "M/D/Y";
  if (!open && !dayFirst) return "M/D/Y"; // Nothing depends on it.
  if (!dayFirst && dots) return "D/M/Y"; // Dates with dots have the day first wherever they are in use.
  throw new UserError(
    "data/invalid-value",
    `${file}: ${dayFirst ? "some dates have the day first and some the month" : `dates such as ${example} may have the day or the month first`}`,
    { path: "time", hint: 'Set the option dateFormat to "D/M/Y" or "M/D/Y".' },
  );
}

function readStamp(text: string, out: Reading): void {
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

function dateMs(yearText: string, monthText: string, dayText: string): number {
  const year = Number(yearText);
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

/** Eight, twelve or fourteen digits that make a date are one; other numbers count from the epoch, in a unit their size tells. */
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

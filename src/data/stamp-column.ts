import { UserError } from "../base/index.ts";
import type { DateFormat } from "./read-options.ts";
import { emptyReading, type Reading, readStamp } from "./stamp.ts";

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
 * (decided from the whole column), named months, and seconds, ms, µs or ns since the epoch. Where most rows carry a zone, those
 * without are not understood, and the other way round.
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
  private readonly reading = emptyReading();
  private zonedRows = 0;
  private understoodRows = 0;
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
    this.understoodRows++;
    if (!Number.isNaN(reading.offset)) this.zonedRows++;
    this.dateOnly &&= !reading.hasClock;
    if (reading.format.startsWith("?")) weigh(text, reading, this.evidence);
  }

  /** The column; dates whose order stays open are a `UserError` that asks for `dateFormat`. */
  finish(dateFormat: DateFormat | undefined): Stamps {
    const order = dateFormat ?? decideOrder(this.file, this.evidence);
    const time = Float64Array.from(order === "D/M/Y" ? this.swapped : this.time);
    this.zoned = this.zonedRows > 0 && 2 * this.zonedRows >= this.understoodRows;
    for (let index = 0; index < time.length; index++) {
      const offset = this.offset[index]!;
      if (this.zoned) time[index]! -= offset;
      else if (!Number.isNaN(offset)) time[index] = NaN;
    }
    const format = this.format.replace(/^\?(.)/, (_, mark: string) => order.replaceAll("/", mark));
    this.finished = time;
    return { time, zoned: this.zoned, dateOnly: this.dateOnly, format };
  }

  /** A row's time for messages, once finished: in one form, or as it was written where that may not be understood. */
  textOf(index: number): string {
    const time = this.finished[index]!;
    return this.written.get(index) ?? isoText(Number.isNaN(time) ? this.time[index]! : time, this.zoned);
  }
}

/** A moment as ISO 8601, with the Z of UTC only where it is known to be that; empty where there is none. */
export const isoText = (time: number, zoned: boolean): string =>
  Number.isNaN(time)
    ? ""
    : new Date(time)
        .toISOString()
        .replace("T", " ")
        .slice(0, -1)
        .replace(/\.000$/, "") + (zoned ? "Z" : "");

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

import { DateOrder } from "./date-order.ts";
import { GrowingColumn } from "./growing-column.ts";
import type { DateFormat } from "./read-options.ts";
import { emptyReading, readStamp } from "./stamp.ts";

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

/**
 * Reads a column of times, one at a time: ISO dates with or without time and zone, 12-hour clocks, YYYYMMDD, D/M/Y or M/D/Y
 * (decided from the whole column), named months, and seconds, ms, µs or ns since the epoch. Where most rows carry a zone, those
 * without are not understood, and the other way round.
 */
export class StampColumn {
  private readonly order: DateOrder;
  private readonly time = new GrowingColumn();
  private readonly swapped = new GrowingColumn();
  private readonly offset = new GrowingColumn();
  /** Rows that one order of day and month, or both, cannot read. */
  private readonly written = new Map<number, string>();
  private finished: Float64Array = new Float64Array();
  private readonly reading = emptyReading();
  private zonedRows = 0;
  private understoodRows = 0;
  private zoned = false;
  private dateOnly = true;
  private format = "";

  /** `file` is its name for messages; `order` is what all columns of a file share. */
  constructor(file: string, order = new DateOrder(file)) {
    this.order = order;
  }

  add(text: string): void {
    const { reading } = this;
    readStamp(text.trim(), reading);
    this.time.push(reading.time);
    this.swapped.push(reading.swapped);
    const index = this.offset.push(reading.offset);
    if (Number.isNaN(reading.time) || Number.isNaN(reading.swapped)) this.written.set(index, text);
    if (reading.format === "") return;
    this.format ||= reading.format;
    this.understoodRows++;
    if (!Number.isNaN(reading.offset)) this.zonedRows++;
    this.dateOnly &&= !reading.hasClock;
    if (reading.format.startsWith("?")) this.order.weigh(text, reading);
  }

  /** The column; dates whose order stays open are a `UserError` that asks for `dateFormat`. */
  finish(dateFormat: DateFormat | undefined): Stamps {
    const order = dateFormat ?? this.order.decide();
    const time = (order === "D/M/Y" ? this.swapped : this.time).finish();
    this.zoned = this.zonedRows > 0 && 2 * this.zonedRows >= this.understoodRows;
    for (let index = 0; index < time.length; index++) {
      const offset = this.offset.at(index);
      const isOdd = Number.isNaN(offset) === this.zoned;
      if (isOdd && !this.written.has(index)) this.written.set(index, isoText(time[index]!, this.zoned));
      time[index] = isOdd ? NaN : time[index]! - (this.zoned ? offset : 0);
    }
    for (const column of [this.time, this.swapped, this.offset]) column.clear();
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
  Number.isNaN(time)
    ? ""
    : new Date(time)
        .toISOString()
        .replace("T", " ")
        .slice(0, -1)
        .replace(/\.000$/, "") + (zoned ? "Z" : "");

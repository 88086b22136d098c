import { barFields, type ColumnIndexes } from "./columns.ts";
import type { DateOrder } from "./date-order.ts";
import { GrowingColumn } from "./growing-column.ts";
import { parseNumberCell } from "./number-cell.ts";
import type { Fault, RawBars } from "./raw-bars.ts";
import type { DateFormat } from "./read-options.ts";
import { StampColumn } from "./stamp-column.ts";

type NumberField = "open" | "high" | "low" | "close" | "volume";

/** How the rows of a text file are written. */
export interface RowFormat {
  /** The names of the file's columns, and which of them are used. */
  readonly names: readonly string[];
  readonly columns: ColumnIndexes;
  readonly decimalComma: boolean;
  /** What a price of 1 is written as: 10,000 where prices are in hundredths of a cent. */
  readonly priceScale?: number | undefined;
  /** Turns the cell of the time into a stamp, where it is none by itself. */
  readonly stampOf?: ((cell: string) => string) | undefined;
  /** Rows with nothing in any column used but the time are left out and counted, not faults. */
  readonly mayBeEmpty: boolean;
}

/** Collects the rows of one series from a text file, column by column. */
export class BarRows {
  private readonly format: RowFormat;
  private readonly priceScale: number;
  private readonly rowNumber = new GrowingColumn();
  private readonly stamps: StampColumn;
  private readonly numbers: Readonly<Record<NumberField, GrowingColumn>> = {
    open: new GrowingColumn(),
    high: new GrowingColumn(),
    low: new GrowingColumn(),
    close: new GrowingColumn(),
    volume: new GrowingColumn(),
  };
  private readonly faults = new Map<number, Fault>();
  private emptyRows = 0;

  /** `file` is its name for messages; `order` is shared by all its series. */
  constructor(file: string, format: RowFormat, order: DateOrder) {
    this.format = format;
    this.priceScale = format.priceScale ?? 1;
    this.stamps = new StampColumn(file, order);
  }

  get length(): number {
    return this.rowNumber.length;
  }

  /** Takes a row; `line` is where it stands, from 1. */
  add(line: number, cells: readonly string[]): void {
    const { columns, mayBeEmpty, stampOf } = this.format;
    if (mayBeEmpty && this.isEmpty(cells)) {
      this.emptyRows++;
      return;
    }
    const index = this.rowNumber.push(line);
    const time = cells[columns.time] ?? "";
    this.stamps.add(stampOf ? stampOf(time) : columns.clock < 0 ? time : `${time} ${cells[columns.clock] ?? ""}`);
    this.addNumber("open", cells, index);
    this.addNumber("high", cells, index);
    this.addNumber("low", cells, index);
    this.addNumber("close", cells, index);
    this.addNumber("volume", cells, index);
  }

  private isEmpty(cells: readonly string[]): boolean {
    const { open, high, low, close, volume } = this.format.columns;
    for (const column of [open, high, low, close, volume]) if (column >= 0 && (cells[column] ?? "").trim() !== "") return false;
    return true;
  }

  private addNumber(field: NumberField, cells: readonly string[], index: number): void {
    const column = this.format.columns[field];
    const value = column < 0 ? NaN : parseNumberCell(cells[column] ?? "", this.format.decimalComma);
    this.numbers[field].push(value === undefined ? NaN : field === "volume" ? value : value / this.priceScale);
    const isFine = value !== undefined && (field === "volume" || !Number.isNaN(value));
    if (isFine || this.faults.has(index)) return;
    this.faults.set(index, this.fault(value === undefined ? "unparsable-value" : "missing-value", field, cells));
  }

  private fault(reason: Fault["reason"], field: Fault["field"], cells: readonly string[]): Fault {
    const { columns, names } = this.format;
    const used = barFields.filter((name) => columns[name] >= 0);
    return {
      reason,
      field,
      values: Object.fromEntries(used.map((name) => [names[columns[name]]!.trim(), (cells[columns[name]] ?? "").slice(0, 80)])),
    };
  }

  /** The rows, with what the reader knows besides. Dates whose order stays open are a `UserError`. */
  finish(dateFormat: DateFormat | undefined, known: Pick<RawBars, "otherRows" | "symbol" | "layout" | "notes">): RawBars {
    const { columns, names } = this.format;
    const { open, high, low, close, volume } = this.numbers;
    const used = ([...barFields, "symbol"] as const).filter((name) => columns[name] >= 0);
    const empty = this.emptyRows === 0 ? [] : [`${this.emptyRows} rows hold nothing for ${known.symbol}: left out.`];
    return {
      ...known,
      rowNumber: this.rowNumber.finish(),
      stamps: this.stamps.finish(dateFormat),
      stampText: (index) => this.stamps.textOf(index),
      open: open.finish(),
      high: high.finish(),
      low: low.finish(),
      close: close.finish(),
      volume: volume.finish(),
      faults: this.faults,
      columns: Object.fromEntries(used.map((name) => [name, names[columns[name]]!.trim()])),
      notes: [...known.notes, ...empty],
    };
  }
}

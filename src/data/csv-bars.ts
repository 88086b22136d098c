import { UserError } from "../base/index.ts";
import { barFields } from "./columns.ts";
import { findHeader, type Header, openQuote } from "./csv-header.ts";
import { splitRecord } from "./csv-record.ts";
import { parseNumberCell } from "./number-cell.ts";
import type { Fault, RawBars } from "./raw-bars.ts";
import type { ReadOptions } from "./read-options.ts";
import { StampColumn } from "./stamp-column.ts";
import { SymbolFilter } from "./symbol-filter.ts";

const enoughForHeader = 1 << 16;
const longestRecord = 1 << 20;

/** Reads bars out of delimited text that arrives in pieces. `file` is its name for messages. */
export async function readCsvBars(pieces: AsyncIterable<string>, file: string, options: ReadOptions): Promise<RawBars> {
  let text = "";
  let position = 0;
  let sink: RowSink | undefined;
  const cells: string[] = [];
  const consume = (isLast: boolean) => {
    if (!sink) {
      if (text.length < enoughForHeader && !isLast) return;
      if (text.trim() === "") text = "";
      const header = findHeader(text, isLast, file, options.columns);
      sink = new RowSink(header, file, options);
      position = header.next;
    }
    for (;;) {
      const next = position < text.length ? splitRecord(text, position, sink.delimiter, cells, isLast) : -1;
      if (next < 0) break;
      sink.add(cells);
      position = next;
    }
    if (text.length - position > (isLast ? 0 : longestRecord)) throw openQuote(file, sink.line + 1);
  };
  for await (const piece of pieces) {
    text = text.slice(position) + piece;
    position = 0;
    consume(false);
  }
  consume(true);
  return sink!.finish();
}

/** Collects the cells of bars, column by column. */
class RowSink {
  readonly delimiter: number;
  line: number;
  private readonly header: Header;
  private readonly file: string;
  private readonly options: ReadOptions;
  private readonly decimalComma: boolean;
  private readonly filter: SymbolFilter;
  private readonly rowNumber: number[] = [];
  private readonly stamps: StampColumn;
  private readonly prices = {
    open: [] as number[],
    high: [] as number[],
    low: [] as number[],
    close: [] as number[],
    volume: [] as number[],
  };
  private readonly faults = new Map<number, Fault>();

  constructor(header: Header, file: string, options: ReadOptions) {
    this.header = header;
    this.file = file;
    this.options = options;
    this.delimiter = header.delimiter.charCodeAt(0);
    this.decimalComma = header.delimiter !== ",";
    this.line = header.line;
    this.filter = new SymbolFilter(file, options.symbol);
    this.stamps = new StampColumn(file);
  }

  add(cells: readonly string[]): void {
    this.line++;
    if (cells.length === 1 && cells[0]!.trim() === "") return;
    const { time, clock, symbol } = this.header.columns;
    if (symbol >= 0 && !this.filter.takes((cells[symbol] ?? "").trim())) return;
    const index = this.rowNumber.push(this.line) - 1;
    this.stamps.add(clock < 0 ? (cells[time] ?? "") : `${cells[time] ?? ""} ${cells[clock] ?? ""}`);
    this.addNumber("open", cells, index);
    this.addNumber("high", cells, index);
    this.addNumber("low", cells, index);
    this.addNumber("close", cells, index);
    this.addNumber("volume", cells, index);
  }

  private addNumber(field: "open" | "high" | "low" | "close" | "volume", cells: readonly string[], index: number): void {
    const column = this.header.columns[field];
    const value = parseNumberCell(column < 0 ? "" : (cells[column] ?? ""), this.decimalComma);
    this.prices[field].push(value ?? NaN);
    const isFine = value !== undefined && (field === "volume" || !Number.isNaN(value));
    if (isFine || this.faults.has(index)) return;
    this.faults.set(index, this.fault(value === undefined ? "unparsable-value" : "missing-value", field, cells));
  }

  private fault(reason: Fault["reason"], field: Fault["field"], cells: readonly string[]): Fault {
    const { columns, names } = this.header;
    const used = barFields.filter((name) => columns[name] >= 0);
    return {
      reason,
      field,
      values: Object.fromEntries(used.map((name) => [names[columns[name]]!.trim(), (cells[columns[name]] ?? "").slice(0, 80)])),
    };
  }

  finish(): RawBars {
    const { columns, names, line, delimiter } = this.header;
    if (this.rowNumber.length === 0) {
      this.filter.assertFound();
      throw new UserError("data/empty", `${this.file}: there are no rows under the header`, {
        path: this.file,
        hint: "Give a file with at least one row.",
      });
    }
    const column = (values: number[]) => Float64Array.from(values);
    const { open, high, low, close, volume } = this.prices;
    const used = ([...barFields, "symbol"] as const).filter((name) => columns[name] >= 0);
    const separated = { ",": "commas", ";": "semicolons", "\t": "tabs" }[delimiter];
    return {
      rowNumber: column(this.rowNumber),
      stamps: this.stamps.finish(this.options.dateFormat),
      stampText: (index) => this.stamps.textOf(index),
      open: column(open),
      high: column(high),
      low: column(low),
      close: column(close),
      volume: column(volume),
      faults: this.faults,
      otherRows: this.filter.otherRows,
      symbol: columns.symbol < 0 ? undefined : this.filter.chosen(),
      columns: Object.fromEntries(used.map((name) => [name, names[columns[name]]!.trim()])),
      layout: `CSV with ${separated}, header on line ${line}`,
    };
  }
}

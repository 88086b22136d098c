import { UserError } from "../base/index.ts";
import { type ColumnIndexes, barFields, findColumns, missingColumnError, missingFields } from "./columns.ts";
import { parseNumberCell } from "./number-cell.ts";
import type { Fault, RawBars } from "./raw-bars.ts";
import type { ReadOptions } from "./read-options.ts";
import { StampColumn } from "./stamps.ts";
import { SymbolFilter } from "./symbol-filter.ts";

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;
const delimiters = [",", ";", "\t"] as const;
const headerLines = 100;
const longestRecord = 1 << 20;

/**
 * Splits the record at `start` into `cells` and returns where the next one starts, or −1 where the text ends inside it. The end
 * of the text ends a record if `isLast` says that nothing follows, a quote left open excepted. Cells may be quoted (RFC 4180);
 * lines end with LF, CRLF or CR.
 */
export function splitRecord(text: string, start: number, delimiter: number, cells: string[], isLast: boolean): number {
  let count = 0;
  let at = start;
  for (;;) {
    const from = at;
    if (text.charCodeAt(at) === quote) {
      at = closingQuote(text, at + 1);
      if (at < 0) return -1;
      cells[count++] = text.slice(from + 1, at).replaceAll('""', '"');
      at++;
    }
    const rest = at;
    let code = text.charCodeAt(at);
    while (at < text.length && code !== delimiter && code !== lineFeed && code !== carriageReturn) code = text.charCodeAt(++at);
    if (rest === from) cells[count++] = text.slice(from, at);
    if (at >= text.length) {
      if (!isLast) return -1;
      cells.length = count;
      return text.length;
    }
    at++;
    if (code === delimiter) continue;
    if (code === carriageReturn) {
      if (at === text.length && !isLast) return -1;
      if (text.charCodeAt(at) === lineFeed) at++;
    }
    cells.length = count;
    return at;
  }
}

/** Where the quoted cell that starts at `from` ends, or −1. A doubled quote stands for one. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== quote) return at;
  }
  return -1;
}

interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  readonly columns: ColumnIndexes;
  /** Line of the header, from 1, and where in the text the next one starts. */
  readonly line: number;
  readonly next: number;
}

/** The first line in which every column that is needed can be found, whatever stands before it. */
function findHeader(text: string, isLast: boolean, file: string, named: ReadOptions["columns"]): Header {
  let best: (Header & { readonly missing: readonly string[]; readonly rank: number }) | undefined;
  for (const delimiter of delimiters) {
    const names: string[] = [];
    let next = 0;
    for (let line = 1; line <= headerLines && next < text.length; line++) {
      next = splitRecord(text, next, delimiter.charCodeAt(0), names, isLast);
      if (next < 0) break;
      const columns = findColumns(names, named);
      const missing = missingFields(columns, named);
      const rank = missing.length === 0 ? -line : names.length - 1e6 * missing.length;
      if (!best || rank > best.rank) best = { delimiter, names: [...names], columns, line, next, missing, rank };
    }
  }
  if (!best && text !== "") throw openQuote(file, 1);
  if (!best) throw new UserError("data/empty", `${file}: the file is empty`, { path: file, hint: "Give a file with a header and at least one row." });
  if (best.missing.length > 0) throw missingColumnError(file, best.names, best.missing, named);
  return best;
}

/** Reads bars out of delimited text that arrives in pieces. `file` is its name for messages. */
export async function readCsvBars(pieces: AsyncIterable<string>, file: string, options: ReadOptions): Promise<RawBars> {
  let text = "";
  let position = 0;
  let sink: RowSink | undefined;
  const cells: string[] = [];
  const consume = (isLast: boolean) => {
    if (!sink) {
      if (text.length < 1 << 16 && !isLast) return;
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

const openQuote = (file: string, line: number) =>
  new UserError("data/invalid-value", `${file}: line ${line} opens a quote that is not closed`, { path: file, hint: "Close or remove the quote." });

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
  private readonly prices = { open: [] as number[], high: [] as number[], low: [] as number[], close: [] as number[], volume: [] as number[] };
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
    if (value === undefined || (value !== value && field !== "volume")) {
      if (!this.faults.has(index)) this.faults.set(index, this.fault(value === undefined ? "unparsable-value" : "missing-value", field, cells));
    }
  }

  private fault(reason: Fault["reason"], field: Fault["field"], cells: readonly string[]): Fault {
    const { columns, names } = this.header;
    const used = barFields.filter((name) => columns[name] >= 0);
    return { reason, field, values: Object.fromEntries(used.map((name) => [names[columns[name]]!.trim(), (cells[columns[name]] ?? "").slice(0, 80)])) };
  }

  finish(): RawBars {
    const { columns, names, line, delimiter } = this.header;
    if (this.rowNumber.length === 0) {
      this.filter.assertFound();
      throw new UserError("data/empty", `${this.file}: there are no rows under the header`, { path: this.file, hint: "Give a file with at least one row." });
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

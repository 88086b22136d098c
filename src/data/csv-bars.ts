import { UserError } from "../base/index.ts";
import { BarRows } from "./bar-rows.ts";
import { findHeader, type Header, openQuote } from "./csv-header.ts";
import { splitRecord } from "./csv-record.ts";
import { DateOrder } from "./date-order.ts";
import type { RawBars } from "./raw-bars.ts";
import type { ReadOptions } from "./read-options.ts";
import type { SeriesColumns } from "./series-columns.ts";
import { SymbolFilter } from "./symbol-filter.ts";

const enoughForHeader = 1 << 16;
const longestRecord = 1 << 20;

/** How cells become numbers and stamps where the file itself does not tell, and the header where it has none. */
export interface CsvFormat {
  readonly header?: Header;
  readonly priceScale?: number;
  readonly stampOf?: (cell: string) => string;
}

/** Reads the bars of one series out of delimited text that arrives in pieces. `file` is its name for messages. */
export async function readCsvBars(
  pieces: AsyncIterable<string>,
  file: string,
  options: ReadOptions,
  format: CsvFormat = {},
): Promise<RawBars> {
  return (await readCsv(pieces, file, options, format, false))[0]!;
}

/** Reads every series of a delimited text: of one with a column of symbols, of a wide one, or the one there is. */
export const readEachCsvSeries = (
  pieces: AsyncIterable<string>,
  file: string,
  options: ReadOptions,
  format: CsvFormat = {},
): Promise<readonly RawBars[]> => readCsv(pieces, file, options, format, true);

async function readCsv(
  pieces: AsyncIterable<string>,
  file: string,
  options: ReadOptions,
  format: CsvFormat,
  each: boolean,
): Promise<readonly RawBars[]> {
  let text = "";
  let position = 0;
  let sink: CsvSink | undefined;
  const cells: string[] = [];
  const consume = (isLast: boolean) => {
    if (!sink) {
      if (text.length < enoughForHeader && !isLast) return;
      if (text.trim() === "") text = "";
      const header = format.header ?? findHeader(text, isLast, file, options);
      sink = new CsvSink(header, file, options, format, each);
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

/** Hands each row to the series that it belongs to. */
class CsvSink {
  readonly delimiter: number;
  line: number;
  private readonly header: Header;
  private readonly file: string;
  private readonly options: ReadOptions;
  private readonly format: CsvFormat;
  private readonly each: boolean;
  private readonly order: DateOrder;
  private readonly filter: SymbolFilter;
  /** The column of symbols, or −1: then every row goes to all series. */
  private readonly symbolColumn: number;
  private readonly rows = new Map<string, BarRows>();

  constructor(header: Header, file: string, options: ReadOptions, format: CsvFormat, each: boolean) {
    this.header = header;
    this.file = file;
    this.options = options;
    this.format = format;
    this.each = each;
    this.delimiter = header.delimiter.charCodeAt(0);
    this.line = header.line;
    this.order = new DateOrder(file);
    this.filter = new SymbolFilter(file, each ? undefined : options.symbol);
    this.symbolColumn = header.series[0]!.columns.symbol;
    if (this.symbolColumn >= 0) return;
    for (const series of header.series) {
      if (series.symbol === undefined || this.filter.takes(series.symbol)) this.rows.set(series.symbol ?? "", this.rowsOf(series));
    }
    if (header.series[0]!.symbol !== undefined && !each) this.filter.chosen();
  }

  add(cells: readonly string[]): void {
    this.line++;
    if (cells.length === 1 && cells[0]!.trim() === "") return;
    if (this.symbolColumn < 0) {
      for (const rows of this.rows.values()) rows.add(this.line, cells);
      return;
    }
    const symbol = (cells[this.symbolColumn] ?? "").trim();
    if (!this.filter.takes(symbol)) return;
    const key = this.each ? symbol : "";
    let rows = this.rows.get(key);
    if (rows === undefined) this.rows.set(key, (rows = this.rowsOf(this.header.series[0]!)));
    rows.add(this.line, cells);
  }

  private rowsOf({ symbol, columns }: SeriesColumns): BarRows {
    const { names, delimiter } = this.header;
    const format = { ...this.format, names, columns, decimalComma: delimiter !== ",", mayBeEmpty: symbol !== undefined };
    return new BarRows(this.file, format, this.order);
  }

  finish(): readonly RawBars[] {
    const { header, filter, options, symbolColumn } = this;
    if ([...this.rows.values()].every(({ length }) => length === 0)) {
      filter.assertFound();
      throw new UserError("data/empty", `${this.file}: there are no rows under the header`, {
        path: this.file,
        hint: "Give a file with at least one row.",
      });
    }
    const separated = { ",": "commas", ";": "semicolons", "\t": "tabs" }[header.delimiter];
    const layout = `CSV with ${separated}, ${header.line === 0 ? "no header" : `header on line ${header.line}`}`;
    const chosen = symbolColumn >= 0 && !this.each ? filter.chosen() : undefined;
    return [...this.rows].map(([key, rows]) => {
      const symbol = chosen ?? (key === "" ? undefined : key);
      const { otherRows } = symbolColumn >= 0 ? filter : { otherRows: 0 };
      return rows.finish(options.dateFormat, { otherRows, symbol, layout, notes: header.notes });
    });
  }
}

import { UserError } from "../../base/index.ts";
import type { Instrument, Recording } from "../../domain/index.ts";
import { splitRecord } from "../csv-record.ts";
import { damagedLine } from "./damaged-line.ts";
import { GridRows } from "./grid-rows.ts";
import { readLines } from "./lines.ts";
import { mergeRecordings } from "./merge-recordings.ts";
import { IncrementalRows, QuoteRows, type RowReader, SnapshotRows, type TardisCounts, TradeRows } from "./tardis-rows.ts";

/** What to read: files of one instrument, of any of the kinds below. */
export interface TardisFiles {
  readonly paths: readonly string[];
  readonly instrument: Instrument;
  /** Which symbol of files with several; needed only there. */
  readonly symbol?: string;
}

/** What reading files of Tardis.dev met. */
export interface TardisReport {
  rows: number;
  /** Rows of other symbols, left out. */
  otherSymbols: number;
  /** Whole books: of incremental files the resets, of snapshot files every row. */
  snapshots: number;
  trades: number;
  quotes: number;
  /** Trades without a taker's side, left out. */
  unknownSide: number;
  /** Rows whose price is off the instrument's grid, left out, or whose quantity is, rounded to the nearest lot. */
  offGrid: number;
  exchangeTimeWentBack: number;
  localTimeWentBack: number;
}

const comma = ",".charCodeAt(0);

/**
 * Reads CSV files of Tardis.dev, gzipped or not, told apart by their columns: `incremental_book_L2`, `book_snapshot_5` and `_25`,
 * `trades` and `quotes`. Several are merged by local time. Throws `data/invalid-value` with the line.
 */
export async function readTardis({
  paths,
  instrument,
  symbol,
}: TardisFiles): Promise<{ readonly recording: Recording; readonly report: TardisReport }> {
  const files: TardisFile[] = [];
  for (const path of paths) {
    const file = new TardisFile(path, instrument, symbol);
    await readLines(path, (line, number) => file.line(line, number));
    files.push(file);
  }
  const total = (of: (file: TardisFile) => number) => files.reduce((sum, file) => sum + of(file), 0);
  const report: TardisReport = {
    rows: total(({ rows }) => rows),
    otherSymbols: total(({ otherSymbols }) => otherSymbols),
    snapshots: total(({ counts }) => counts.snapshots),
    trades: total(({ counts }) => counts.trades),
    quotes: total(({ counts }) => counts.quotes),
    unknownSide: total(({ counts }) => counts.unknownSide),
    offGrid: total(({ grid }) => grid.offGrid),
    exchangeTimeWentBack: total(({ grid }) => grid.builder.exchangeTimeWentBack),
    localTimeWentBack: total(({ grid }) => grid.builder.localTimeWentBack),
  };
  return { recording: mergeRecordings(files.map((file) => file.finish())), report };
}

class TardisFile {
  rows = 0;
  otherSymbols = 0;
  readonly grid: GridRows;
  readonly counts: TardisCounts = { snapshots: 0, trades: 0, quotes: 0, unknownSide: 0 };
  private readonly path: string;
  private readonly wanted: string | undefined;
  private readonly columns = new Map<string, number>();
  private readonly cells: string[] = [];
  private reader: RowReader | undefined;
  private symbol = "";
  private message = "";

  constructor(path: string, instrument: Instrument, wanted: string | undefined) {
    this.path = path;
    this.wanted = wanted;
    this.grid = new GridRows(instrument);
  }

  line(line: string, number: number): void {
    if (line === "") return;
    splitRecord(line, 0, comma, this.cells, true);
    if (!this.reader) {
      this.cells.forEach((name, index) => this.columns.set(name, index));
      this.reader = this.readerOf();
      return;
    }
    if (!this.isOurs(this.cell("symbol"), number)) return;
    this.rows++;
    const [timestamp, local] = [Number(this.cell("timestamp")), Number(this.cell("local_timestamp"))];
    if (this.cells.length !== this.columns.size || !(timestamp > 0) || !(local > 0)) {
      throw damagedLine(this.path, number, "not a row of the columns that the header names");
    }
    // Rows of one message of the exchange share both times.
    const message = `${timestamp} ${local}`;
    if (message !== this.message) this.grid.builder.endMessage();
    this.message = message;
    this.grid.builder.at(timestamp / 1000, local / 1000);
    if (!this.reader.row(this.cell)) throw damagedLine(this.path, number, "a side or a flag is none that the format knows");
  }

  finish(): Recording {
    this.grid.builder.endMessage();
    return this.grid.builder.finish();
  }

  private readonly cell = (name: string): string => this.cells[this.columns.get(name) ?? -1] ?? "";

  private isOurs(symbol: string, number: number): boolean {
    this.symbol ||= this.wanted ?? symbol;
    if (symbol === this.symbol) return true;
    if (this.wanted === undefined) {
      throw new UserError("data/invalid-value", `${this.path}, line ${number}: the file holds ${this.symbol} and ${symbol}`, {
        path: "symbol",
        hint: "Choose one with the option symbol.",
      });
    }
    this.otherSymbols++;
    return false;
  }

  private readerOf(): RowReader {
    const { columns, grid, counts } = this;
    if (columns.has("is_snapshot")) return new IncrementalRows(grid, counts);
    if (columns.has("asks[0].price")) return new SnapshotRows(grid, counts, columns.size);
    if (columns.has("side") && columns.has("id")) return new TradeRows(grid, counts);
    if (columns.has("ask_price")) return new QuoteRows(grid, counts);
    throw new UserError("data/missing-column", `${this.path} has not the columns of a known kind of Tardis file`, {
      path: this.path,
      hint: "Files of incremental_book_L2, book_snapshot_5, book_snapshot_25, trades and quotes are read.",
    });
  }
}

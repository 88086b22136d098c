import { basename } from "node:path";
import { UserError } from "../../base/index.ts";
import { type Instrument, type Recording, rowKind } from "../../domain/index.ts";
import { damagedLine } from "./damaged-line.ts";
import { GridRows } from "./grid-rows.ts";
import { readLines } from "./lines.ts";
import { mergeRecordings } from "./merge-recordings.ts";

/** Where the columns of each kind of file stand, by the first of them; `span` is where an aggregate names its first and last trade. */
const kinds = {
  trades: { id: 0, price: 1, quantity: 2, time: 4, isBuyerMaker: 5 },
  aggTrades: { id: 0, price: 1, quantity: 2, time: 5, isBuyerMaker: 6 },
  bookTicker: { id: 0, price: 1, quantity: 2, time: 5, isBuyerMaker: -1 },
} as const;

/** Kinds of files of data.binance.vision that become a recording. */
export type BinanceDumpKind = keyof typeof kinds;

/** What to read: files that may be zipped, with or without a header. */
export interface BinanceDumpFiles {
  readonly paths: readonly string[];
  readonly instrument: Instrument;
  /** What they are; the name says so unless given, as in `BTCUSDT-aggTrades-2025-01.zip`. */
  readonly kind?: BinanceDumpKind;
}

/** What reading them met. */
export interface BinanceDumpReport {
  trades: number;
  quotes: number;
  /** Numbers of trades that were skipped between two that follow one another in a file. */
  missingTrades: number;
  /** Rows whose price is off the instrument's grid, left out, or whose quantity is, rounded to the nearest lot. */
  offGrid: number;
  timeWentBack: number;
}

const microseconds = 1e14; // As a count of ms it would be in the year 5138.

/** A time of Binance in ms: files of spot give µs since 2025. */
const binanceTimeMs = (value: number): number => (value >= microseconds ? value / 1000 : value);

/**
 * Reads trades, aggregate trades and best quotes that Binance publishes as files, merged by time. They know no receive time: the
 * venue's stands for it. Throws `data/invalid-value` with the line.
 */
export async function readBinanceDump({
  paths,
  instrument,
  kind,
}: BinanceDumpFiles): Promise<{ readonly recording: Recording; readonly report: BinanceDumpReport }> {
  const report: BinanceDumpReport = { trades: 0, quotes: 0, missingTrades: 0, offGrid: 0, timeWentBack: 0 };
  const recordings: Recording[] = [];
  for (const path of paths) {
    const grid = new GridRows(instrument);
    const rows = new DumpRows(path, kind ?? kindOf(path), grid, report);
    await readLines(path, (line, number) => rows.line(line, number));
    report.offGrid += grid.offGrid;
    report.timeWentBack += grid.builder.exchangeTimeWentBack;
    recordings.push(grid.builder.finish());
  }
  return { recording: mergeRecordings(recordings), report };
}

function kindOf(path: string): BinanceDumpKind {
  const name = /-(aggTrades|trades|bookTicker)-/.exec(basename(path))?.[1];
  if (name !== undefined) return name as BinanceDumpKind;
  throw new UserError("data/invalid-value", `${path}: the file's name does not say what it holds`, {
    path: "kind",
    hint: "Set kind to trades, aggTrades or bookTicker.",
  });
}

class DumpRows {
  private readonly path: string;
  private readonly kind: BinanceDumpKind;
  private readonly grid: GridRows;
  private readonly report: BinanceDumpReport;
  private lastId = NaN;

  constructor(path: string, kind: BinanceDumpKind, grid: GridRows, report: BinanceDumpReport) {
    this.path = path;
    this.kind = kind;
    this.grid = grid;
    this.report = report;
  }

  line(line: string, number: number): void {
    if (line === "" || (number === 1 && /^[a-z]/i.test(line))) return;
    const cells = line.split(",");
    const columns = kinds[this.kind];
    const time = binanceTimeMs(Number(cells[columns.time]));
    const id = Number(cells[columns.id]);
    const isSound = time > 0 && Number.isSafeInteger(id) && Number(cells[columns.price]) > 0 && Number(cells[columns.quantity]) >= 0;
    if (!isSound) throw damagedLine(this.path, number, `not a row of ${this.kind}`);
    this.grid.builder.at(time, time);
    if (this.kind === "bookTicker") this.quote(cells, id);
    else this.trade(cells, id, cells[columns.isBuyerMaker]!, number);
    this.grid.builder.endMessage();
  }

  private trade(cells: readonly string[], id: number, isBuyerMaker: string, number: number): void {
    if (!/^(?:true|false)$/i.test(isBuyerMaker)) throw damagedLine(this.path, number, "who was the maker is neither true nor false");
    if (id > this.lastId + 1) this.report.missingTrades += id - this.lastId - 1;
    this.lastId = id;
    const side = isBuyerMaker.toLowerCase() === "true" ? -1 : 1; // The buyer is the maker, so a seller took.
    if (this.grid.add(rowKind.trade, side, cells[1]!, cells[2]!, 0)) this.report.trades++;
  }

  private quote(cells: readonly string[], id: number): void {
    this.report.quotes++;
    this.grid.add(rowKind.quote, 1, cells[1]!, cells[2]!, id);
    this.grid.add(rowKind.quote, -1, cells[3]!, cells[4]!, id);
  }
}

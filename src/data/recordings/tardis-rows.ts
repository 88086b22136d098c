import { rowKind } from "../../domain/index.ts";
import { type GridRows, onGrid } from "./grid-rows.ts";
import { VisibleLevels } from "./visible-levels.ts";

/** What the rows of a file of Tardis.dev told. */
export interface TardisCounts {
  snapshots: number;
  trades: number;
  quotes: number;
  unknownSide: number;
}

/** Takes the rows of one kind of file; `cell` gives the text of a column. Returns false for a row that makes no sense. */
export interface RowReader {
  row(cell: (name: string) => string): boolean;
}

/** Rows of `incremental_book_L2`: a level each. A snapshot after an update voids the book; an amount of 0 removes the level. */
export class IncrementalRows implements RowReader {
  private readonly grid: GridRows;
  private readonly counts: TardisCounts;
  private wasSnapshot = false;

  constructor(grid: GridRows, counts: TardisCounts) {
    this.grid = grid;
    this.counts = counts;
  }

  row(cell: (name: string) => string): boolean {
    const side = { bid: 1, ask: -1 }[cell("side")];
    if (side === undefined || !/^(?:true|false)$/.test(cell("is_snapshot"))) return false;
    const isSnapshot = cell("is_snapshot") === "true";
    if (isSnapshot && !this.wasSnapshot) {
      this.counts.snapshots++;
      this.grid.builder.add(rowKind.reset, 0, 0, 0, 0);
    }
    this.wasSnapshot = isSnapshot;
    this.grid.add(rowKind.level, side, cell("price"), cell("amount"), 0);
    return true;
  }
}

/** Rows of `book_snapshot_N`: the best N levels of both sides, of which what changed is told. */
export class SnapshotRows implements RowReader {
  private readonly grid: GridRows;
  private readonly counts: TardisCounts;
  private readonly visible: VisibleLevels;
  private readonly levels: number;

  /** `columns`: how many the file has, four a level after the first four. */
  constructor(grid: GridRows, counts: TardisCounts, columns: number) {
    this.grid = grid;
    this.counts = counts;
    this.visible = new VisibleLevels(grid.builder);
    this.levels = (columns - 4) / 4;
  }

  row(cell: (name: string) => string): boolean {
    if (this.counts.snapshots++ === 0) this.visible.reset();
    this.visible.show(this.side("bids", cell), this.side("asks", cell));
    this.grid.builder.endMessage();
    return true;
  }

  private side(name: "bids" | "asks", cell: (name: string) => string): Map<number, number> {
    const { tickSize, lotSize } = this.grid.instrument;
    const levels = new Map<number, number>();
    for (let place = 0; place < this.levels; place++) {
      const price = cell(`${name}[${place}].price`);
      const amount = cell(`${name}[${place}].amount`);
      if (price === "") continue; // A side with fewer levels.
      const ticks = onGrid(price, tickSize);
      const lots = onGrid(amount, lotSize);
      if (Number.isNaN(ticks) || Number.isNaN(lots)) this.grid.offGrid++;
      if (ticks > 0) levels.set(ticks, Number.isNaN(lots) ? Math.round(Number(amount) / lotSize) : lots);
    }
    return levels;
  }
}

/** Rows of `trades`. */
export class TradeRows implements RowReader {
  private readonly grid: GridRows;
  private readonly counts: TardisCounts;

  constructor(grid: GridRows, counts: TardisCounts) {
    this.grid = grid;
    this.counts = counts;
  }

  row(cell: (name: string) => string): boolean {
    const side = { buy: 1, sell: -1, unknown: 0 }[cell("side")];
    if (side === undefined) return false;
    if (side === 0) this.counts.unknownSide++;
    else if (this.grid.add(rowKind.trade, side, cell("price"), cell("amount"), 0)) {
      this.counts.trades++;
      this.grid.builder.endMessage();
    }
    return true;
  }
}

/** Rows of `quotes`; a side without a price is not told. */
export class QuoteRows implements RowReader {
  private readonly grid: GridRows;
  private readonly counts: TardisCounts;

  constructor(grid: GridRows, counts: TardisCounts) {
    this.grid = grid;
    this.counts = counts;
  }

  row(cell: (name: string) => string): boolean {
    this.counts.quotes++;
    if (cell("bid_price") !== "") this.grid.add(rowKind.quote, 1, cell("bid_price"), cell("bid_amount"), 0);
    if (cell("ask_price") !== "") this.grid.add(rowKind.quote, -1, cell("ask_price"), cell("ask_amount"), 0);
    this.grid.builder.endMessage();
    return true;
  }
}

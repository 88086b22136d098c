import type { OnProgress } from "../../base/index.ts";
import { barColumns } from "../../domain/index.ts";
import type { CatalogEntry, SeriesEntry } from "./entry.ts";
import { readColumns } from "./read-parts.ts";
import { RowCursor } from "./row-cursor.ts";
import type { Shelf } from "./shelf.ts";

type Column = (typeof barColumns)[number];

/** A bar that is in one of two data sets only, or in both with other values (`[left, right]` by column). */
export interface RowDifference {
  /** Close time, ms since the epoch, UTC. */
  readonly time: number;
  readonly kind: "added" | "removed" | "changed";
  readonly values?: Readonly<Partial<Record<Column, readonly [left: number, right: number]>>>;
}

/** How two series differ, from left to right. */
export interface SeriesDifference {
  /** Of both, where they have the same; else of the left and of the right one. */
  readonly symbol: string;
  /** Rows left and right; 0 where the series is missing altogether. */
  readonly rows: readonly [left: number, right: number];
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Changed rows by column. */
  readonly byColumn: Readonly<Partial<Record<Column, number>>>;
  /** Whether symbol, currency, tick size or lot size differ. */
  readonly instrument: boolean;
  /** Corporate actions that only the right or only the left side has. */
  readonly actions: { readonly added: number; readonly removed: number };
  /** The first differences, oldest first. */
  readonly first: readonly RowDifference[];
}

/** How two data sets differ; `series` lists those that do. */
export interface Difference {
  readonly left: { readonly name: string; readonly contentHash: string };
  readonly right: { readonly name: string; readonly contentHash: string };
  readonly equal: boolean;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly series: readonly SeriesDifference[];
}

/** How differences are told. */
export interface DiffOptions {
  /** How many bars of each series are listed, the first ones; 20 unless given. */
  readonly listed?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Compares two versions row by row in one pass, with a few chunks of rows in memory. */
export async function diffEntries(
  shelf: Shelf,
  left: CatalogEntry,
  right: CatalogEntry,
  { listed = 20, onProgress }: DiffOptions,
): Promise<Difference> {
  let rows = 0;
  const onRows = (more: number, symbol: string) => {
    rows += more;
    onProgress?.({ stage: "diff", fraction: Math.min(rows / (left.rows + right.rows), 1), message: symbol });
  };
  const series: SeriesDifference[] = [];
  for (const [one, other] of pairs(left.series, right.series)) {
    if (one?.contentHash === other?.contentHash) continue;
    series.push(await diffSeries(shelf, { name: left.name, series: one, onRows }, { name: right.name, series: other, onRows }, listed));
  }
  const sum = (count: "added" | "removed" | "changed") => series.reduce((total, each) => total + each[count], 0);
  return {
    left: { name: left.name, contentHash: left.contentHash },
    right: { name: right.name, contentHash: right.contentHash },
    equal: series.length === 0,
    added: sum("added"),
    removed: sum("removed"),
    changed: sum("changed"),
    series,
  };
}

interface Side {
  readonly name: string;
  readonly series: SeriesEntry | undefined;
  onRows(rows: number, symbol: string): void;
}

/** What is compared with what: the same symbols, or, where both sides have one instrument, these, whatever they are called. */
function pairs(
  left: readonly SeriesEntry[],
  right: readonly SeriesEntry[],
): (readonly [SeriesEntry | undefined, SeriesEntry | undefined])[] {
  if (left.length === 1 && right.length === 1) return [[left[0], right[0]]];
  const of = (series: readonly SeriesEntry[], symbol: string) => series.find(({ instrument }) => instrument.symbol === symbol);
  const symbols = new Set([...left, ...right].map(({ instrument }) => instrument.symbol));
  return [...symbols].toSorted().map((symbol) => [of(left, symbol), of(right, symbol)]);
}

async function diffSeries(shelf: Shelf, left: Side, right: Side, listed: number): Promise<SeriesDifference> {
  const rows = await diffRows(cursorOf(shelf, left), cursorOf(shelf, right), listed);
  const [one, other] = [left, right].map(({ series }) => (series?.actions ?? []).map((action) => JSON.stringify(action)));
  const lacking = (texts: readonly string[], there: readonly string[]) => texts.filter((text) => !there.includes(text)).length;
  const symbols = [left, right].flatMap(({ series }) => series?.instrument.symbol ?? []);
  return {
    symbol: [...new Set(symbols)].join(" / "),
    rows: [left.series?.rows ?? 0, right.series?.rows ?? 0],
    ...rows,
    instrument: JSON.stringify(left.series?.instrument) !== JSON.stringify(right.series?.instrument),
    actions: { added: lacking(other!, one!), removed: lacking(one!, other!) },
  };
}

const cursorOf = (shelf: Shelf, side: Side): RowCursor<Column> => new RowCursor(rowsOf(shelf, side));

async function* rowsOf(shelf: Shelf, { name, series, onRows }: Side) {
  if (series === undefined) return;
  for await (const chunk of readColumns(shelf, name, series.parts, barColumns)) {
    onRows(chunk.closeTime.length, series.instrument.symbol);
    yield chunk;
  }
}

type RowDifferences = Pick<SeriesDifference, "added" | "removed" | "changed" | "byColumn" | "first">;

async function diffRows(left: RowCursor<Column>, right: RowCursor<Column>, listed: number): Promise<RowDifferences> {
  const first: RowDifference[] = [];
  const counts = { added: 0, removed: 0, changed: 0 };
  const byColumn: Partial<Record<Column, number>> = {};
  const note = (time: number, kind: RowDifference["kind"], values?: RowDifference["values"]) => {
    counts[kind]++;
    if (first.length < listed) first.push({ time, kind, ...(values && { values }) });
  };
  try {
    for (;;) {
      if (left.isAtEnd) await left.fill();
      if (right.isAtEnd) await right.fill();
      if (left.isAtEnd && right.isAtEnd) return { ...counts, byColumn, first };
      const one = left.value("closeTime") ?? Infinity;
      const other = right.value("closeTime") ?? Infinity;
      if (one < other) note(one, "removed");
      else if (other < one) note(other, "added");
      else {
        const changed = barColumns.filter((column) => !Object.is(left.value(column), right.value(column)));
        if (changed.length > 0) {
          for (const column of changed) byColumn[column] = (byColumn[column] ?? 0) + 1;
          note(one, "changed", Object.fromEntries(changed.map((column) => [column, [left.value(column)!, right.value(column)!]])));
        }
      }
      if (one <= other) left.advance();
      if (other <= one) right.advance();
    }
  } finally {
    await left.close();
    await right.close();
  }
}

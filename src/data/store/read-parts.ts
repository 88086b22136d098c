import { assert, UserError } from "../../base/index.ts";
import { barColumns, type Bars } from "../../domain/index.ts";
import { parquetError } from "../parquet.ts";
import { joinBars } from "./data-set.ts";
import type { Part, SeriesEntry } from "./entry.ts";
import type { Columns, PartRange, Shelf } from "./shelf.ts";

/** The error for what is stored and is no longer what it was. */
export const corrupt = (name: string, what: string, cause?: unknown): UserError =>
  new UserError("data/corrupt", `the data set "${name}" ${what}`, { path: name, hint: "Import it again.", cause });

/** Reads columns of a series in time order, in chunks; parts outside of the range are not opened. */
export async function* readColumns<Name extends string>(
  shelf: Shelf,
  name: string,
  parts: readonly Part[],
  columns: readonly Name[],
  range?: PartRange,
): AsyncGenerator<Columns<Name>> {
  const meant = range ? parts.filter(({ from, to }) => from < range.to && to >= range.from) : parts;
  if (meant.length === 0) return;
  const isWhole = meant.every(({ from, to }) => range === undefined || (from >= range.from && to < range.to));
  let rows = 0;
  try {
    for await (const chunk of shelf.read(name, meant, columns, isWhole ? undefined : range)) {
      rows += chunk[columns[0]!].length;
      yield chunk;
    }
  } catch (cause) {
    const error = parquetError(name, cause);
    throw error instanceof UserError && error !== cause ? corrupt(name, "cannot be read", cause) : cause;
  }
  if (isWhole && rows !== meant.reduce((sum, part) => sum + part.rows, 0)) throw corrupt(name, "has not as many rows as are recorded");
}

/** Reads bars of a series into one piece. */
export async function readBars(shelf: Shelf, name: string, { instrument, rows, parts }: SeriesEntry, range?: PartRange): Promise<Bars> {
  if (range) {
    const pieces = [];
    for await (const chunk of readColumns(shelf, name, parts, barColumns, range)) pieces.push(chunk);
    return joinBars(instrument, pieces);
  }
  const columns = Object.fromEntries(barColumns.map((column) => [column, new Float64Array(rows)])) as Record<
    (typeof barColumns)[number],
    Float64Array
  >;
  let at = 0;
  for await (const chunk of readColumns(shelf, name, parts, barColumns)) {
    const count = chunk.closeTime.length;
    if (at + count > rows) throw corrupt(name, "has more rows than are recorded");
    for (const column of barColumns) columns[column].set(chunk[column], at);
    at += count;
  }
  assert(at === rows, `${name}: parts and series disagree about rows`);
  return { instrument, ...columns };
}

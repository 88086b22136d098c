import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../base/index.ts";
import { type BarField, barFields, type ColumnIndexes, findColumns, missingColumnError, missingFields } from "./columns.ts";
import { identifier, literal, parquetFile, readNumbers, withDuckDb } from "./duckdb.ts";
import { parquetError } from "./parquet.ts";
import type { Fault, RawBars } from "./raw-bars.ts";
import type { ReadOptions } from "./read-options.ts";
import { isoText, StampColumn } from "./stamp-column.ts";
import { closesAlone, closeSeries } from "./series-columns.ts";
import { SymbolFilter } from "./symbol-filter.ts";

interface SeriesHeader {
  readonly columns: ColumnIndexes;
  readonly notes: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Reads the bars of one series out of anyone's Parquet file. `file` is its name for messages. */
export async function readParquetBars(path: string, file: string, options: ReadOptions): Promise<RawBars> {
  return (await readParquet(path, file, options, false))[0]!;
}

/** Reads every series of a Parquet file: each symbol of its column of symbols, or the one there is. */
export const readEachParquetSeries = (path: string, file: string, options: ReadOptions): Promise<readonly RawBars[]> =>
  readParquet(path, file, options, true);

function readParquet(path: string, file: string, options: ReadOptions, each: boolean): Promise<readonly RawBars[]> {
  return withDuckDb(async (connection) => {
    const columns = await describe(connection, path);
    const names = columns.map(({ name }) => name);
    const header = headerOf(file, names, options);
    const { symbol } = header.columns;
    const wanted = each && symbol >= 0 ? await symbolsIn(connection, path, columns[symbol]!) : [each ? undefined : options.symbol];
    const series: RawBars[] = [];
    for (const name of wanted) series.push(await readColumns(connection, path, file, columns, header, { ...options, symbol: name }));
    return series;
  }).catch((cause: unknown) => {
    throw parquetError(file, cause);
  });
}

/** The columns of bars in a file's schema; of closes alone where only they are asked for. */
function headerOf(file: string, names: readonly string[], options: ReadOptions): SeriesHeader {
  const [closes] = options.closeOnly ? closeSeries(names, options.columns) : [];
  if (closes?.symbol === undefined && closes) return { columns: closes.columns, notes: [closesAlone] };
  const columns = findColumns(names, options.columns);
  const missing = missingFields(columns, options.columns);
  if (missing.length > 0) throw missingColumnError(file, names, missing, options.columns);
  return { columns, notes: [] };
}

async function symbolsIn(connection: DuckDBConnection, path: string, { name }: Column): Promise<string[]> {
  const column = `coalesce(${identifier(name)}::VARCHAR, '')`;
  const rows = (await connection.runAndReadAll(`SELECT DISTINCT ${column} FROM ${parquetFile(path)} ORDER BY 1`)).getRows();
  return rows.map(([symbol]) => String(symbol));
}

async function readColumns(
  connection: DuckDBConnection,
  path: string,
  file: string,
  columns: readonly Column[],
  { columns: found, notes }: SeriesHeader,
  options: ReadOptions,
): Promise<RawBars> {
  const source = parquetFile(path, ", file_row_number = true");
  const { symbol, otherRows, rows, where } = await chooseSymbol(connection, source, file, columns[found.symbol], options.symbol);
  if (rows === 0)
    throw new UserError("data/empty", `${file}: the file has no rows`, { path: file, hint: "Give a file with at least one row." });
  const number = (field: BarField) =>
    found[field] < 0 ? "NULL::DOUBLE" : `TRY_CAST(${identifier(columns[found[field]]!.name)} AS DOUBLE)`;
  const stamp = stampReader(columns[found.time]!, file);
  const isText = stamp.kind === "text";
  const select = ["file_row_number::DOUBLE + 1", isText ? "NULL::DOUBLE" : stamp.sql, ...barFields.slice(1).map(number)];
  const values = await readNumbers(connection, `SELECT ${select.join(", ")} FROM ${source} ${where}`, ["rowNumber", ...barFields], rows);
  const { rowNumber, time, open, high, low, close, volume } = values;
  const written = isText
    ? await readTexts(connection, `SELECT ${stamp.sql} FROM ${source} ${where}`, file)
    : stamp.kind === "number"
      ? numbersAsTexts(time, file)
      : undefined;
  const used = ([...barFields, "symbol"] as const).filter((field) => found[field] >= 0);
  return {
    rowNumber,
    stamps: written?.finish(options.dateFormat) ?? {
      time,
      zoned: stamp.kind === "utc",
      dateOnly: stamp.kind === "date",
      format: stamp.type,
    },
    stampText: (index) => written?.textOf(index) ?? isoText(time[index]!, stamp.kind === "utc"),
    open,
    high,
    low,
    close,
    volume,
    faults: missingValues(values),
    otherRows,
    symbol,
    columns: Object.fromEntries(used.map((field) => [field, columns[found[field]]!.name])),
    layout: "Parquet",
    notes,
  };
}

async function describe(connection: DuckDBConnection, path: string): Promise<Column[]> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${parquetFile(path)}`);
  return reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

async function chooseSymbol(
  connection: DuckDBConnection,
  source: string,
  file: string,
  column: Column | undefined,
  wanted: string | undefined,
) {
  if (!column) {
    const [[rows]] = (await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${source}`)).getRows() as [[number]];
    return { symbol: undefined, otherRows: 0, rows, where: "" };
  }
  const name = identifier(column.name);
  const filter = new SymbolFilter(file, wanted);
  const counts = (await connection.runAndReadAll(`SELECT ${name}::VARCHAR, count(*)::DOUBLE FROM ${source} GROUP BY 1`)).getRows();
  const taken = counts.map(([symbol, count]) => (filter.takes(String(symbol ?? "")) ? (count as number) : 0));
  const rows = taken.reduce((sum, count) => sum + count, 0);
  if (counts.length === 0) return { symbol: undefined, otherRows: 0, rows: 0, where: "" };
  const symbol = filter.chosen();
  const total = counts.reduce((sum, [, count]) => sum + (count as number), 0);
  return { symbol, otherRows: total - rows, rows, where: `WHERE coalesce(${name}::VARCHAR, '') = ${literal(symbol)}` };
}

type StampReader = { readonly kind: "text" | "number" | "utc" | "local" | "date"; readonly sql: string; readonly type: string };

function stampReader({ name, type }: Column, file: string): StampReader {
  const column = identifier(name);
  if (type === "VARCHAR") return { kind: "text", sql: column, type };
  if (type === "DATE") return { kind: "date", sql: `epoch_ms(${column}::TIMESTAMP)::DOUBLE`, type };
  if (type === "TIMESTAMP WITH TIME ZONE") return { kind: "utc", sql: `epoch_ms(${column})::DOUBLE`, type };
  if (type.startsWith("TIMESTAMP")) return { kind: "local", sql: `epoch_ms(${column}::TIMESTAMP)::DOUBLE`, type };
  if (/INT|DOUBLE|FLOAT|DECIMAL/.test(type) && !/[[(].*[A-Z]/.test(type)) return { kind: "number", sql: `${column}::DOUBLE`, type };
  throw new UserError("data/invalid-value", `${file}: the column "${name}" is of type ${type}, which holds no times`, {
    path: "columns.time",
    hint: "Name another column with the option columns.",
  });
}

async function readTexts(connection: DuckDBConnection, query: string, file: string): Promise<StampColumn> {
  const column = new StampColumn(file);
  for await (const chunk of await connection.stream(query)) {
    for (const value of chunk.getColumnValues(0)) column.add(value === null ? "" : String(value));
  }
  return column;
}

/** Numbers mean what they would in a text file: dates as YYYYMMDD, or counts from the epoch. */
function numbersAsTexts(values: Float64Array, file: string): StampColumn {
  const column = new StampColumn(file);
  for (const value of values) column.add(Number.isNaN(value) ? "" : String(value));
  return column;
}

const priceFields = ["open", "high", "low", "close"] as const;

function missingValues(raw: Readonly<Record<(typeof priceFields)[number] | "volume", Float64Array>>): Map<number, Fault> {
  const faults = new Map<number, Fault>();
  for (const field of priceFields) {
    raw[field].forEach((value, index) => {
      if (!Number.isNaN(value) || faults.has(index)) return;
      const values = Object.fromEntries(priceFields.map((name) => [name, Number.isNaN(raw[name][index]) ? "" : String(raw[name][index])]));
      faults.set(index, { reason: "missing-value", field, values });
    });
  }
  return faults;
}

import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../base/index.ts";
import { identifier, literal, parquetFile, readNumbers, withDuckDb } from "./duckdb.ts";

const rowsAtOnce = 2048; // The size of DuckDB's own vectors.

/** Writes float64 columns of one length as Parquet (zstd). Not atomic: give it a temporary path. */
export const writeParquet = (path: string, columns: Readonly<Record<string, Float64Array>>): Promise<void> =>
  withDuckDb((connection) => writeParquetOn(connection, path, columns));

/** The same on a DuckDB that is open already. */
export async function writeParquetOn(
  connection: DuckDBConnection,
  path: string,
  columns: Readonly<Record<string, Float64Array>>,
): Promise<void> {
  const { DOUBLE, DuckDBDataChunk } = await import("@duckdb/node-api");
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].length ?? 0;
  const types = entries.map(() => DOUBLE);
  await connection.run(`CREATE OR REPLACE TABLE bars (${entries.map(([name]) => `${identifier(name)} DOUBLE NOT NULL`).join(", ")})`);
  const appender = await connection.createAppender("bars");
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - from);
    const chunk = DuckDBDataChunk.create(types, count);
    entries.forEach(([, values], index) => {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < count; row++) vector.setItem(row, values[from + row]!);
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  await connection.run(`COPY bars TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2)`);
  await connection.run("DROP TABLE bars");
}

/** Reads named float64 columns of a Parquet file that we wrote. */
export const readParquet = <Name extends string>(path: string, names: readonly Name[], rows: number): Promise<Record<Name, Float64Array>> =>
  withDuckDb((connection) => readNumbers(connection, `SELECT ${names.map(identifier).join(", ")} FROM ${parquetFile(path)}`, names, rows));

/** What DuckDB says of a file that it cannot read through becomes a `UserError`; everything else stays what it is. */
export function parquetError(file: string, cause: unknown): unknown {
  const isDamage = cause instanceof Error && /^(?!Binder|Parser|Catalog|Internal)[A-Z][\w ]* Error: /.test(cause.message);
  if (!isDamage) return cause;
  return new UserError("data/truncated", `${file}: the Parquet file is damaged or cut off`, {
    path: file,
    hint: "Fetch or write the file again.",
    cause,
  });
}

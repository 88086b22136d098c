import type { DuckDBConnection } from "@duckdb/node-api";

/** Runs work on a fresh in-memory DuckDB that reads and writes files but loads nothing from the network. */
export async function withDuckDb<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const settings = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" };
  const instance = await DuckDBInstance.create(":memory:", settings);
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A column's name as SQL writes it. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as SQL writes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A Parquet file as SQL reads from it. The path means that one file, whatever marks of a pattern it holds. */
export const parquetFile = (path: string, options = ""): string => `read_parquet(${literal(path.replace(/[[*?]/g, "[$&]"))}${options})`;

/** Reads the columns of a query as float64, `null` as NaN. */
export async function readNumbers<Name extends string>(
  connection: DuckDBConnection,
  query: string,
  names: readonly Name[],
  rows: number,
): Promise<Record<Name, Float64Array>> {
  const columns = names.map(() => new Float64Array(rows));
  let from = 0;
  for await (const chunk of await connection.stream(query)) {
    columns.forEach((column, index) => {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < chunk.rowCount; row++) column[from + row] = (vector.getItem(row) as number | null) ?? NaN;
    });
    from += chunk.rowCount;
  }
  return Object.fromEntries(names.map((name, index) => [name, columns[index]!])) as Record<Name, Float64Array>;
}

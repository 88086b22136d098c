import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";

const settings = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  enable_external_file_cache: "false", // A file that was replaced must not be seen as it was.
};

/** An in-memory DuckDB that reads and writes files but loads nothing from the network. Whoever opens it closes it. */
export interface OpenDuckDb {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** Opens a DuckDB for oneself. None is kept for later: what is native and open when a program ends may take it down. */
export async function openDuckDb(): Promise<OpenDuckDb> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Runs work on a DuckDB of its own. */
export async function withDuckDb<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
  const { connection, close } = await openDuckDb();
  try {
    return await work(connection);
  } finally {
    close();
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

/** Rows of a chunk that `streamDoubles` gives, at most. */
export const chunkRows = 65_536;

/** Reads a query of DOUBLE columns without nulls, in chunks that are the reader's own. */
export async function* streamDoubles<Name extends string>(
  connection: DuckDBConnection,
  query: string,
  names: readonly Name[],
): AsyncGenerator<Record<Name, Float64Array>> {
  const fresh = () => names.map(() => new Float64Array(chunkRows));
  let columns = fresh();
  let rows = 0;
  const taken = () =>
    Object.fromEntries(names.map((name, index) => [name, columns[index]!.subarray(0, rows)])) as Record<Name, Float64Array>;
  for await (const chunk of await connection.stream(query)) {
    if (rows + chunk.rowCount > chunkRows) {
      yield taken();
      [columns, rows] = [fresh(), 0];
    }
    columns.forEach((column, index) => column.set(doublesOf(chunk.getColumnVector(index)), rows));
    rows += chunk.rowCount;
  }
  if (rows > 0) yield taken();
}

/** DuckDB's own memory of a column: to copy it whole is three times as fast as to ask for each value. */
function doublesOf(vector: DuckDBVector): Float64Array {
  const items: unknown = Reflect.get(vector, "items");
  return items instanceof Float64Array ? items : Float64Array.from({ length: vector.itemCount }, (_, row) => vector.getItem(row) as number);
}

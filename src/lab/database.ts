import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { UserError } from "../base/index.ts";
import { migrations, type Schema } from "./schema.ts";

/** How long one process waits for another that writes, in milliseconds. */
const busyTimeoutMs = 10_000;

function dialectOf(database: DatabaseSync): SqliteDialect {
  const prepare = (sql: string) => {
    const statement = database.prepare(sql);
    return {
      reader: statement.columns().length > 0,
      all: (values: readonly unknown[]) => statement.all(...(values as SQLInputValue[])),
      run: (values: readonly unknown[]) => statement.run(...(values as SQLInputValue[])),
      iterate: (values: readonly unknown[]) => statement.iterate(...(values as SQLInputValue[])),
    };
  };
  return new SqliteDialect({ database: { prepare, close: () => database.close() } });
}

/** Brings the tables up to date in one transaction, which also keeps a second process from doing the same meanwhile. */
async function migrate(database: DatabaseSync, db: Kysely<Schema>): Promise<void> {
  database.exec("begin immediate");
  try {
    const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
    if (error !== undefined) throw error as Error;
    database.exec("commit");
  } catch (error) {
    database.exec("rollback");
    throw error;
  }
}

/** Opens the state database at a path, creating it and its folder when missing. Several processes may have it open. Throws `state/unreadable`. */
export async function openDatabase(path: string): Promise<Kysely<Schema>> {
  mkdirSync(dirname(path), { recursive: true });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    database.exec("pragma journal_mode = wal; pragma synchronous = normal");
    const db = new Kysely<Schema>({ dialect: dialectOf(database) });
    await migrate(database, db);
    return db;
  } catch (error) {
    database?.close();
    throw new UserError("state/unreadable", `${path} cannot be opened as the state database: ${(error as Error).message}`, {
      path,
      hint: "Use the version of tradewind that wrote it, or move the file away: a new one is made, without the old runs.",
      cause: error,
    });
  }
}

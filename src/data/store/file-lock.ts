import { DatabaseSync } from "node:sqlite";

const busy = 5;
const cannotOpen = 14;

// SQLite's locks are those of the operating system, shared and exclusive on every platform, and end with the process that has them:
// no lock of a dead one is ever in the way. The files hold nothing.

/** Locks a file for oneself; undefined where somebody else has it, for himself or shared, for all of `waitMs`. The file is made if need be. */
export const lockAlone = (path: string, waitMs = 0): (() => void) | undefined => locked(path, false, "begin exclusive", waitMs);

/** Locks a file shared with others who do so; undefined where somebody has it for himself, or where there is no such file. */
export const lockShared = (path: string): (() => void) | undefined => locked(path, true, "begin; select count(*) from sqlite_schema");

function locked(path: string, readOnly: boolean, begin: string, timeout = 0): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly, timeout });
    if (!readOnly) database.exec("pragma journal_mode = memory");
    database.exec(begin);
  } catch (error) {
    database?.close();
    const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
    if (code === busy || (code === cannotOpen && readOnly)) return undefined;
    throw error;
  }
  const open = database;
  return () => open.close(); // Ends the transaction, and with it the lock.
}

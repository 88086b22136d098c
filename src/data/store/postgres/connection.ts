import type { Pool, PoolClient } from "pg";
import { z } from "zod";
import { parse, UserError } from "../../../base/index.ts";

/** An address such as `postgresql://user:password@host:5432/database`. It holds a password and is shown nowhere. */
const DatabaseUrl = z.string().regex(/^postgres(?:ql)?:\/\//, "is no address that begins with postgresql://");

const connectTimeoutMs = 10_000;
const statementTimeoutMs = 60_000;
const int8 = 20;
const numeric = 1700;

/** Opens connections to a database as they are needed. Those for short statements have a time limit, those for copies none. */
export async function openPool(url: string, { isForCopies, max }: { readonly isForCopies: boolean; readonly max: number }): Promise<Pool> {
  const { default: pg } = await import("pg");
  const connectionString = parse(DatabaseUrl, url, "TRADEWIND_DATABASE_URL");
  const parsers = new Map([
    [int8, safeInteger],
    [numeric, Number],
  ]);
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    allowExitOnIdle: true,
    keepAlive: true,
    application_name: "tradewind",
    ...(!isForCopies && { statement_timeout: statementTimeoutMs }),
    types: {
      getTypeParser: ((oid: number, format: "text" | "binary" | undefined) =>
        parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  pool.on("error", () => undefined); // An idle connection that breaks is replaced at its next use, where failing is told.
  return pool;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number exactly`);
  return value;
}

/** A connection on loan; `giveBack(true)` ends it instead of leaving it to others. */
export interface Loan {
  readonly client: PoolClient;
  giveBack(isUseless?: boolean): void;
}

/** Lends a connection. One that breaks meanwhile is ended in any case. */
export async function lend(pool: Pool): Promise<Loan> {
  const client = await pool.connect().catch(throwCoded);
  let isBrokenOff = false;
  const onError = () => {
    isBrokenOff = true; // Work that waits on the connection fails and tells why; this only keeps it from ending the program.
  };
  client.on("error", onError);
  return {
    client,
    giveBack(isUseless = false) {
      client.off("error", onError);
      client.release(isUseless || isBrokenOff);
    },
  };
}

/** Lends a connection for a piece of work. */
export async function withClient<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const { client, giveBack } = await lend(pool);
  try {
    const result = await work(client);
    giveBack();
    return result;
  } catch (error) {
    giveBack(isBroken(error));
    return throwCoded(error);
  }
}

/** Does work in a transaction, all of it or nothing. */
export const inTransaction = <Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> =>
  withClient(pool, async (client) => {
    await client.query("BEGIN");
    try {
      const result = await work(client);
      await client.query("COMMIT");
      return result;
    } catch (error) {
      if (!isBroken(error)) await client.query("ROLLBACK");
      throw error;
    }
  });

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "");

/** SQLSTATE classes of a server that is not there, does not let us in, is going down or has no room, and what sockets say. */
const isBroken = (error: unknown): boolean =>
  /^(?:08|28|3D|53|57|58|XX|E[A-Z]+)/.test(codeOf(error)) ||
  (error instanceof Error && /connection (?:terminated|timeout|error)|timeout exceeded|not queryable/i.test(error.message));

/** Turns the world's failures into coded errors; everything else stays what it is. Neither names the address. */
export function throwCoded(error: unknown): never {
  const code = codeOf(error);
  if (!isBroken(error) && code !== "42501") throw error;
  const why = code.startsWith("28")
    ? "it refuses the user or the password"
    : code === "42501"
      ? "the user may not do this"
      : code === "3D000"
        ? "it has no such database"
        : "no answer, or the connection broke";
  throw new UserError("data/store-unreachable", `the database of data sets cannot be used: ${why}${code ? ` (${code})` : ""}`, {
    path: "TRADEWIND_DATABASE_URL",
    hint: "See that the server runs, and that the variable TRADEWIND_DATABASE_URL holds its address, user, password and database.",
  });
}

import type { Pool, PoolClient } from "pg";
import { assert } from "../../../base/index.ts";
import { barColumns } from "../../../domain/index.ts";
import { chunkRows } from "../../duckdb.ts";
import type { Part } from "../entry.ts";
import { busyError } from "../folder-shelf.ts";
import { corrupt } from "../read-parts.ts";
import type { Columns, HeldRecord, PartRange, PartToWrite, Pin, Shelf } from "../shelf.ts";
import { copyHeader, copyTrailer, encodeRows } from "./binary-copy.ts";
import { inTransaction, lend, openPool, throwCoded } from "./connection.ts";
import { copyIn, copyOut } from "./copy.ts";
import { Session } from "./session.ts";
import { makePartitions, makeTables, quoted } from "./tables.ts";

const connectionsForCopies = 8;
const rowsAtOnce = 4096;

interface Open {
  readonly statements: Pool;
  readonly copies: Pool;
  readonly session: Session;
}

/**
 * Data sets in a PostgreSQL database (in hypertables where TimescaleDB is there). Tables are made at the first write, in a schema of
 * their own.
 */
export class PostgresShelf implements Shelf {
  readonly #url: string;
  readonly #schema: string;
  #open: Promise<Open> | undefined;
  #hasTables = false;
  readonly #holds = new Map<string, number>();
  readonly #locked = new Set<string>();
  /** The connection that has the lock of a name. */
  readonly #owners = new Map<string, PoolClient>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(url: string, schema = "tradewind") {
    this.#url = url;
    this.#schema = schema;
  }

  #table(name: string): string {
    return `${quoted(this.#schema)}.${name}`;
  }

  #opened(): Promise<Open> {
    this.#open ??= (async () => {
      const statements = await openPool(this.#url, { isForCopies: false, max: 2 });
      const copies = await openPool(this.#url, { isForCopies: true, max: connectionsForCopies });
      return { statements, copies, session: new Session(statements) };
    })();
    return this.#open;
  }

  async #query<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    const { session } = await this.#opened();
    return session.query<Row>(text, values);
  }

  /** Rows of a table that may not be there yet. */
  async #rows<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    if (!this.#hasTables) {
      const [found] = await this.#query<{ is: boolean }>("SELECT to_regclass($1) IS NOT NULL AS is", [this.#table("bars_part_at")]);
      if (!found!.is) return [];
      this.#hasTables = true;
    }
    return this.#query<Row>(text, values);
  }

  async names(): Promise<readonly string[]> {
    const rows = await this.#rows<{ name: string }>(`SELECT DISTINCT name FROM ${this.#table("versions")}`);
    return rows.map(({ name }) => name).toSorted();
  }

  async generations(name: string): Promise<readonly number[]> {
    const text = `SELECT generation FROM ${this.#table("versions")} WHERE name = $1 ORDER BY generation`;
    return (await this.#rows<{ generation: number }>(text, [name])).map(({ generation }) => generation);
  }

  /** One program's holds and drops follow one another: its one connection cannot keep them apart. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined); // Its own caller is told; the next in turn goes on.
    return result;
  }

  #key(kind: string, name: string, generation?: number): string {
    return `tradewind:${kind}:${this.#schema}:${name}:${generation}`;
  }

  hold(name: string, generation: number): Promise<HeldRecord | undefined> {
    const key = this.#key("hold", name, generation);
    return this.#inTurn(async () => {
      const [lock] = await this.#query<{ got: boolean }>("SELECT pg_try_advisory_lock_shared(hashtextextended($1, 0)) AS got", [key]);
      if (!lock!.got) return undefined;
      const text = `SELECT record::text AS text FROM ${this.#table("versions")} WHERE name = $1 AND generation = $2`;
      const [row] = await this.#rows<{ text: string }>(text, [name, generation]);
      if (row === undefined) {
        await this.#unlockShared(key);
        return undefined;
      }
      this.#holds.set(key, (this.#holds.get(key) ?? 0) + 1);
      return { text: row.text, release: () => this.#inTurn(() => this.#release(key)) };
    });
  }

  async #release(key: string): Promise<void> {
    const count = this.#holds.get(key)! - 1;
    if (count > 0) this.#holds.set(key, count);
    else this.#holds.delete(key);
    await this.#unlockShared(key);
  }

  #unlockShared = (key: string) => this.#query("SELECT pg_advisory_unlock_shared(hashtextextended($1, 0))", [key]);

  async commit(name: string, generation: number, text: string): Promise<void> {
    const { session } = await this.#opened();
    const owner = this.#owners.get(name);
    assert(owner !== undefined, `${name} is committed without its lock`);
    const insert = `INSERT INTO ${this.#table("versions")} (name, generation, record) VALUES ($1, $2, $3)`;
    await session.on(owner, insert, [name, generation, text]); // If it broke, another program may have the lock by now: this fails.
  }

  drop(name: string, generation: number): Promise<boolean> {
    const key = this.#key("hold", name, generation);
    return this.#inTurn(async () => {
      if (this.#holds.has(key)) return false;
      const [lock] = await this.#query<{ got: boolean }>("SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got", [key]);
      if (!lock!.got) return false;
      await this.#query(`DELETE FROM ${this.#table("versions")} WHERE name = $1 AND generation = $2`, [name, generation]);
      await this.#query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", [key]);
      return true;
    });
  }

  async write(name: string, parts: Iterable<PartToWrite> | AsyncIterable<PartToWrite>): Promise<void> {
    const { copies } = await this.#opened();
    for await (const { id, columns } of parts) {
      const times = columns.closeTime!;
      await makePartitions(copies, this.#schema, times[0]!, times.at(-1)!);
      await inTransaction(copies, async (client) => {
        const part = await this.#partId(client, name, id);
        const into = `COPY ${this.#table("bars")} (part, at, ${barColumns.map(quoted).join(", ")}) FROM STDIN (FORMAT binary)`;
        await copyIn(
          client,
          into,
          rowsToCopy(
            part,
            times,
            barColumns.map((column) => columns[column]!),
          ),
        );
      });
    }
  }

  /** The number of a part without rows. */
  async #partId(client: PoolClient, name: string, part: string): Promise<number> {
    const values = [name, part];
    const { rows: known } = await client.query<{ id: number }>(
      `SELECT id FROM ${this.#table("parts")} WHERE name = $1 AND part = $2`,
      values,
    );
    if (known[0]) {
      await client.query(`DELETE FROM ${this.#table("bars")} WHERE part = $1`, [known[0].id]);
      return known[0].id;
    }
    const insert = `INSERT INTO ${this.#table("parts")} (name, part) VALUES ($1, $2) RETURNING id`;
    return (await client.query<{ id: number }>(insert, values)).rows[0]!.id;
  }

  async *read<Name extends string>(
    name: string,
    parts: readonly Part[],
    columns: readonly Name[],
    range?: PartRange,
  ): AsyncGenerator<Columns<Name>> {
    const { copies } = await this.#opened();
    const known = await this.#rows<{ part: string; id: number }>(`SELECT part, id FROM ${this.#table("parts")} WHERE name = $1`, [name]);
    const idOf = new Map(known.map(({ part, id }) => [part, id]));
    for (const part of parts) {
      const id = idOf.get(part.id);
      if (id === undefined) throw corrupt(name, "lacks a part");
      yield* this.#readPart(copies, id, part, columns, range);
    }
  }

  async *#readPart<Name extends string>(copies: Pool, id: number, part: Part, columns: readonly Name[], range: PartRange | undefined) {
    const from = Math.max(range?.from ?? -Infinity, part.from);
    const until = range && range.to <= part.to ? ` AND "closeTime" < ${asFloat(range.to)}` : "";
    const where = `part = ${id} AND at BETWEEN ${Math.floor(from)} AND ${Math.floor(part.to)} AND "closeTime" >= ${asFloat(from)}${until}`;
    const query = `SELECT ${columns.map(quoted).join(", ")} FROM ${this.#table("bars")} WHERE ${where} ORDER BY at, "closeTime"`;
    const { client, giveBack } = await lend(copies);
    let isOver = false;
    try {
      yield* copyOut(client, `COPY (${query}) TO STDOUT (FORMAT binary)`, columns, chunkRows);
      isOver = true;
    } catch (error) {
      throwCoded(error);
    } finally {
      giveBack(!isOver); // A copy that its reader left, or that broke, goes with its connection.
    }
  }

  async sweep(name: string, kept: ReadonlySet<string>): Promise<void> {
    const { copies } = await this.#opened();
    await inTransaction(copies, async (client) => {
      const select = `SELECT id FROM ${this.#table("parts")} WHERE name = $1 AND NOT part = ANY($2)`;
      const { rows } = await client.query<{ id: number }>(select, [name, [...kept]]);
      if (rows.length === 0) return;
      const ids = rows.map(({ id }) => id);
      await client.query(`DELETE FROM ${this.#table("bars")} WHERE part = ANY($1)`, [ids]);
      await client.query(`DELETE FROM ${this.#table("parts")} WHERE id = ANY($1)`, [ids]);
    });
  }

  async pins(name: string): Promise<readonly Pin[]> {
    const text = `SELECT content_hash, pinned_by FROM ${this.#table("pins")} WHERE name = $1 ORDER BY pinned_by`;
    const rows = await this.#rows<{ content_hash: string; pinned_by: string }>(text, [name]);
    return rows.map(({ content_hash: contentHash, pinned_by: by }) => ({ contentHash, by }));
  }

  async pin(name: string, { contentHash, by }: Pin): Promise<void> {
    await this.#query(`INSERT INTO ${this.#table("pins")} VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [name, contentHash, by]);
  }

  async unpin(name: string, { contentHash, by }: Pin): Promise<boolean> {
    const text = `DELETE FROM ${this.#table("pins")} WHERE name = $1 AND content_hash = $2 AND pinned_by = $3 RETURNING 1 AS one`;
    return (await this.#rows(text, [name, contentHash, by])).length > 0;
  }

  async lock<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const { copies, session } = await this.#opened();
    if (this.#locked.has(name)) throw busyError(name);
    this.#locked.add(name);
    try {
      if (!this.#hasTables) await makeTables(copies, this.#schema);
      this.#hasTables = true;
      const owner = await session.connect();
      const key = this.#key("lock", name);
      const [lock] = await session.on<{ got: boolean }>(owner, "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got", [key]);
      if (!lock!.got) throw busyError(name);
      this.#owners.set(name, owner);
      try {
        return await work();
      } finally {
        this.#owners.delete(name);
        await this.#query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", [key]).catch(() => undefined); // Gone with its connection.
      }
    } finally {
      this.#locked.delete(name);
    }
  }

  async close(): Promise<void> {
    if (this.#open === undefined) return;
    const { statements, copies, session } = await this.#open;
    this.#open = undefined;
    await session.close();
    await Promise.all([statements.end(), copies.end()]);
  }
}

const asFloat = (value: number): string => `'${value}'::float8`;

function* rowsToCopy(part: number, times: Float64Array, columns: readonly Float64Array[]): Generator<Buffer> {
  yield copyHeader();
  for (let from = 0; from < times.length; from += rowsAtOnce) {
    yield encodeRows(part, times, columns, from, Math.min(from + rowsAtOnce, times.length));
  }
  yield copyTrailer();
}

import type { Pool, PoolClient } from "pg";
import { throwCoded } from "./connection.ts";

/** An idle connection must not keep a program from ending; `pg` has this, its types do not. */
const socketOf = (client: PoolClient) => client as PoolClient & { ref(): void; unref(): void };

/**
 * One connection that has the locks of a program: advisory locks end with it, so those of a dead program are in nobody's way. Its
 * statements stand alone and run in the order in which they were asked for.
 */
export class Session {
  readonly #pool: Pool;
  #client: Promise<PoolClient> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Runs one statement; a connection that broke is opened anew by the next one. */
  async query<Row extends Record<string, unknown>>(text: string, values: unknown[]): Promise<Row[]> {
    const client = await this.connect();
    return this.on(client, text, values);
  }

  /** The connection as it stands: whoever needs the locks that it has asks for statements `on` it. */
  connect(): Promise<PoolClient> {
    this.#client ??= this.#open();
    return this.#client;
  }

  /** Runs one statement on a certain connection, and fails if that one broke meanwhile. */
  on<Row extends Record<string, unknown>>(client: PoolClient, text: string, values: unknown[]): Promise<Row[]> {
    const result = this.#turn.then(async () => {
      socketOf(client).ref();
      try {
        return (await client.query<Row>(text, values).catch(throwCoded)).rows;
      } finally {
        socketOf(client).unref();
      }
    });
    this.#turn = result.catch(() => undefined); // Whoever asked is told; the next statement has its turn.
    return result;
  }

  async #open(): Promise<PoolClient> {
    try {
      const client = await this.#pool.connect();
      client.on("error", () => {
        this.#client = undefined; // The locks are lost with it: who relied on them fails at his next statement on it.
        client.release(true);
      });
      return client;
    } catch (error) {
      this.#client = undefined;
      return throwCoded(error);
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client) (await client).release(true);
  }
}

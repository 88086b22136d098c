import { once } from "node:events";
import type { Connection, PoolClient, Submittable } from "pg";
import type { Columns } from "../shelf.ts";
import { RowDecoder } from "./binary-copy.ts";

/** What `pg`'s connection can do beyond what its types say. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** The part of `pg`'s protocol for queries that both directions of COPY share. `pg` itself leaves COPY to others. */
abstract class Copy implements Submittable {
  readonly finished: Promise<void>;
  protected connection: CopyConnection | undefined;
  protected failure: Error | undefined;
  readonly #text: string;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(text: string) {
    this.#text = text;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.finished.catch(() => undefined); // Whoever runs the copy awaits it too; until then it must not count as unhandled.
  }

  submit(connection: Connection): void {
    this.connection = connection as CopyConnection;
    connection.query(this.#text);
  }

  handleError(error: Error): void {
    this.failure ??= error;
    this.#reject(error);
    this.ended();
  }

  handleReadyForQuery(): void {
    if (this.failure) return;
    this.#resolve();
    this.ended();
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleEmptyQuery(): void {}

  protected abstract ended(): void;
}

class CopyIn extends Copy {
  readonly ready: Promise<void>;
  #isReady!: () => void;

  constructor(text: string) {
    super(text);
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
  }

  handleCopyInResponse(): void {
    this.#isReady();
  }

  protected ended(): void {
    this.#isReady();
  }

  async send(chunks: Iterable<Buffer>): Promise<void> {
    await this.ready;
    const connection = this.connection!;
    try {
      for (const chunk of chunks) {
        if (this.failure) break;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) await Promise.race([once(connection.stream, "drain"), this.finished]);
      }
    } catch (error) {
      connection.sendCopyFail("the rows could not be made");
      await this.finished.catch(() => undefined); // What the server says then follows from the error thrown here.
      throw error;
    }
    if (!this.failure) connection.endCopyFrom();
    await this.finished;
  }
}

/** Sends binary rows to a `COPY … FROM STDIN (FORMAT binary)`. */
export async function copyIn(client: PoolClient, text: string, chunks: Iterable<Buffer>): Promise<void> {
  await client.query(new CopyIn(text)).send(chunks);
}

class CopyOut<Name extends string> extends Copy {
  readonly #decoder: RowDecoder<Name>;
  readonly #chunks: Columns<Name>[] = [];
  #wake: () => void = () => undefined;
  #isOver = false;

  constructor(text: string, names: readonly Name[], rowsAtOnce: number) {
    super(text);
    this.#decoder = new RowDecoder(names, rowsAtOnce);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    const full = this.#decoder.take(chunk);
    if (full.length === 0) return;
    this.#chunks.push(...full);
    this.connection!.stream.pause(); // Until the reader has taken them.
    this.#wake();
  }

  protected ended(): void {
    const rest = this.failure ? undefined : this.#decoder.finish();
    if (rest) this.#chunks.push(rest);
    this.#isOver = true;
    this.connection?.stream.resume(); // The last rows may have stopped it, and the next statement waits for its answer.
    this.#wake();
  }

  async *rows(): AsyncGenerator<Columns<Name>> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        yield chunk;
        continue;
      }
      if (this.#isOver) break;
      this.connection?.stream.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    await this.finished;
  }
}

/** Reads float8 columns of a `COPY … TO STDOUT (FORMAT binary)`; the socket rests while the reader does. */
export async function* copyOut<Name extends string>(
  client: PoolClient,
  text: string,
  names: readonly Name[],
  rowsAtOnce: number,
): AsyncGenerator<Columns<Name>, void> {
  const copy = client.query(new CopyOut(text, names, rowsAtOnce));
  yield* copy.rows();
}

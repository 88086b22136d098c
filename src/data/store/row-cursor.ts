import type { Columns } from "./shelf.ts";

/** Walks over rows that arrive in chunks. Only `fill` waits, and only at the end of a chunk. */
export class RowCursor<Name extends string> {
  readonly #chunks: AsyncIterator<Columns<Name>>;
  #columns: Columns<Name> | undefined;
  #row = 0;
  #rows = 0;

  constructor(chunks: AsyncIterable<Columns<Name>>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether there is no row here: `fill` may bring some. */
  get isAtEnd(): boolean {
    return this.#row >= this.#rows;
  }

  /** Fetches the next chunk; after the last one the cursor stays at the end. */
  async fill(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    this.#columns = done ? undefined : value;
    this.#row = 0;
    this.#rows = this.#columns ? (Object.values(this.#columns)[0] as Float64Array).length : 0;
  }

  /** A value of this row; undefined at the end. */
  value(name: Name): number | undefined {
    return this.#columns?.[name][this.#row];
  }

  advance(): void {
    this.#row++;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

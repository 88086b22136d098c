import { assert } from "../../../base/index.ts";
import type { Columns } from "../shelf.ts";

// PostgreSQL's binary COPY format: a header, then for each row a count of fields and each field with its length, then −1. Numbers are
// big-endian. See "Binary Format" in the documentation of COPY.

const signature = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const headerBytes = signature.length + 8;
const fieldBytes = 12; // A length and eight bytes of a float8 or an int8.

/** The bytes before the first row. */
export const copyHeader = (): Buffer => Buffer.concat([signature, Buffer.alloc(8)]);

/** The bytes after the last row. */
export const copyTrailer = (): Buffer => Buffer.from([0xff, 0xff]);

/** Rows [from, to) of a part as COPY takes them: its number, the whole millisecond of its close, then its columns as float8. */
export function encodeRows(part: number, times: Float64Array, columns: readonly Float64Array[], from: number, to: number): Buffer {
  const fields = 2 + columns.length;
  const rowBytes = 2 + fields * fieldBytes;
  const buffer = Buffer.allocUnsafe(rowBytes * (to - from));
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  let at = 0;
  for (let row = from; row < to; row++) {
    view.setInt16(at, fields);
    at = writeInteger(view, at + 2, part);
    at = writeInteger(view, at, Math.floor(times[row]!));
    for (const column of columns) {
      view.setInt32(at, 8);
      view.setFloat64(at + 4, column[row]!);
      at += fieldBytes;
    }
  }
  return buffer;
}

function writeInteger(view: DataView, at: number, value: number): number {
  view.setInt32(at, 8);
  view.setInt32(at + 4, Math.floor(value / 2 ** 32));
  view.setUint32(at + 8, value >>> 0);
  return at + fieldBytes;
}

/** Collects rows of float8 fields out of what COPY sends, in chunks of up to `rowsAtOnce` rows. */
export class RowDecoder<Name extends string> {
  readonly #names: readonly Name[];
  readonly #rowsAtOnce: number;
  #columns: Float64Array[];
  #rows = 0;
  #rest: Buffer = Buffer.alloc(0);
  #isAfterHeader = false;

  constructor(names: readonly Name[], rowsAtOnce: number) {
    this.#names = names;
    this.#rowsAtOnce = rowsAtOnce;
    this.#columns = this.#fresh();
  }

  #fresh = () => this.#names.map(() => new Float64Array(this.#rowsAtOnce));

  /** Takes bytes, cut anywhere, and gives the chunks that they fill. */
  take(bytes: Buffer): Columns<Name>[] {
    const buffer = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const full: Columns<Name>[] = [];
    const rowBytes = 2 + this.#names.length * fieldBytes;
    let at = 0;
    if (!this.#isAfterHeader && buffer.length >= headerBytes) {
      assert(buffer.subarray(0, signature.length).equals(signature), "COPY sent no binary rows");
      at = headerBytes + buffer.readInt32BE(headerBytes - 4);
      this.#isAfterHeader = true;
    }
    while (this.#isAfterHeader && at + rowBytes <= buffer.length && buffer.readInt16BE(at) === this.#names.length) {
      this.#columns.forEach((column, index) => {
        column[this.#rows] = buffer.readDoubleBE(at + 2 + index * fieldBytes + 4);
      });
      at += rowBytes;
      if (++this.#rows === this.#rowsAtOnce) full.push(this.finish()!);
    }
    this.#rest = buffer.subarray(at);
    return full;
  }

  /** The rows since the last full chunk; undefined where there are none. */
  finish(): Columns<Name> | undefined {
    if (this.#rows === 0) return undefined;
    const entries = this.#names.map((name, index) => [name, this.#columns[index]!.subarray(0, this.#rows)] as const);
    [this.#columns, this.#rows] = [this.#fresh(), 0];
    return Object.fromEntries(entries) as Columns<Name>;
  }
}

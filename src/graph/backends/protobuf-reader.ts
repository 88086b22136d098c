import { assert } from "../../base/index.ts";

/** One field of a Protocol Buffers message: a whole number, or bytes, which may be text, a message or packed numbers. */
export interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** The fields of a message in the order in which they were written; bytes are views of the message. */
export function readMessage(message: Uint8Array): Field[] {
  const reader = new Reader(message);
  const fields: Field[] = [];
  while (!reader.atEnd()) {
    const tag = reader.varint();
    fields.push({ number: Math.floor(tag / 8), value: reader.value(tag % 8) });
  }
  return fields;
}

/** The whole numbers that a packed field holds. */
export function readPacked(bytes: Uint8Array): number[] {
  const reader = new Reader(bytes);
  const numbers: number[] = [];
  while (!reader.atEnd()) numbers.push(reader.varint());
  return numbers;
}

class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Exact up to 2⁵³; what is larger, a negative number among it, comes out rounded. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.take(1)[0]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  value(wireType: number): number | Uint8Array {
    if (wireType === 0) return this.varint();
    if (wireType === 2) return this.take(this.varint());
    assert(wireType === 1 || wireType === 5, `protobuf: no wire type ${wireType}`);
    return this.take(wireType === 1 ? 8 : 4);
  }

  private take(length: number): Uint8Array {
    const start = this.at;
    this.at += length;
    assert(this.at <= this.bytes.length, "protobuf: the message is cut short");
    return this.bytes.subarray(start, this.at);
  }
}

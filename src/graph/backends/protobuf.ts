const encoder = new TextEncoder();

/** Writes one Protocol Buffers message, field by field; all wire types that are in use. */
export class Message {
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  /** A whole number of up to 2⁵³; negative ones take their 64-bit two's complement. */
  integer(field: number, value: number): this {
    return this.append(varint(field * 8)).append(varint(value));
  }

  float(field: number, value: number): this {
    return this.append(varint(field * 8 + 5)).append(new Uint8Array(Float32Array.of(value).buffer));
  }

  double(field: number, value: number): this {
    return this.append(varint(field * 8 + 1)).append(new Uint8Array(Float64Array.of(value).buffer));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.append(varint(field * 8 + 2))
      .append(varint(value.length))
      .append(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  private append(part: Uint8Array): this {
    this.parts.push(part);
    this.size += part.length;
    return this;
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

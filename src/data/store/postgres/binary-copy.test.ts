import fc from "fast-check";
import { expect, test } from "vitest";
import { copyHeader, copyTrailer, encodeRows, RowDecoder } from "./binary-copy.ts";

/** What COPY sends for rows of two float8 columns. */
function sent(rows: readonly (readonly [number, number])[]): Buffer {
  const parts = rows.map((values) => {
    const row = Buffer.alloc(2 + 2 * 12);
    row.writeInt16BE(2);
    values.forEach((value, index) => {
      row.writeInt32BE(8, 2 + index * 12);
      row.writeDoubleBE(value, 6 + index * 12);
    });
    return row;
  });
  return Buffer.concat([copyHeader(), ...parts, copyTrailer()]);
}

test("rows come out to the last bit, wherever the bytes were cut and however many make a chunk", () => {
  const values = fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 40 });
  fc.assert(
    fc.property(values, fc.array(fc.nat(2000), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (rows, cuts, rowsAtOnce) => {
      const bytes = sent(rows);
      const decoder = new RowDecoder(["a", "b"], rowsAtOnce);
      const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((left, right) => left - right), bytes.length];
      const chunks = edges.slice(1).flatMap((edge, index) => decoder.take(bytes.subarray(edges[index], edge)));
      const rest = decoder.finish();
      if (rest) chunks.push(rest);
      expect(chunks.slice(0, -1).every(({ a }) => a.length === rowsAtOnce)).toBe(true);
      const decoded = chunks.flatMap(({ a, b }) => Array.from(a, (value, row) => [value, b[row]]));
      expect(decoded).toEqual(rows);
    }),
    { seed: 1 },
  );
});

test("what is no binary COPY is a bug", () => {
  expect(() => new RowDecoder(["a"], 1).take(Buffer.alloc(100))).toThrow(/binary/);
});

test("a row is its part, the whole millisecond and the columns, big-endian", () => {
  const row = encodeRows(2 ** 33 + 7, Float64Array.of(-1.5), [Float64Array.of(0.1)], 0, 1);
  expect(row.readInt16BE(0)).toBe(3);
  expect([row.readInt32BE(2), row.readBigInt64BE(6)]).toEqual([8, 2n ** 33n + 7n]);
  expect([row.readInt32BE(14), row.readBigInt64BE(18)]).toEqual([8, -2n]);
  expect([row.readInt32BE(26), row.readDoubleBE(30)]).toEqual([8, 0.1]);
  expect(row).toHaveLength(38);
});

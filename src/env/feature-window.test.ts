import fc from "fast-check";
import { expect, test } from "vitest";
import { FeatureWindow } from "./feature-window.ts";

/** One float at a time. */
function slowCopy(values: Float32Array, width: number, window: number, lastRow: number, out: Float32Array, offset: number): void {
  for (let index = 0; index < width * window; index++) out[offset + index] = values[(lastRow + 1 - window) * width + index]!;
}

const shape = fc.record({
  width: fc.integer({ min: 1, max: 9 }),
  window: fc.integer({ min: 1, max: 5 }),
  extraRows: fc.nat(6),
  offset: fc.nat(7),
  room: fc.nat(3),
  skewed: fc.boolean(),
});

test("copies the same bytes as one float at a time, wherever window and target begin", () => {
  const property = fc.property(
    shape,
    fc.infiniteStream(fc.float({ noNaN: true, noDefaultInfinity: true })),
    ({ width, window, extraRows, offset, room, skewed }, numbers) => {
      const rows = window + extraRows;
      const values = new Float32Array(rows * width + 1)
        .map(() => numbers.next().value!)
        .subarray(skewed ? 1 : 0, rows * width + (skewed ? 1 : 0));
      const features = new FeatureWindow(values, width, window);
      for (let lastRow = window - 1; lastRow < rows; lastRow++) {
        const expected = new Float32Array(offset + width * window + room).fill(7);
        const actual = expected.slice();
        slowCopy(values, width, window, lastRow, expected, offset);
        features.moveTo(lastRow);
        expect(features.copyTo(actual, offset)).toBe(offset + width * window);
        expect(new Uint8Array(actual.buffer)).toEqual(new Uint8Array(expected.buffer));
      }
    },
  );
  fc.assert(property, { seed: 11, numRuns: 300 });
});

test("every kind of finite float survives in every place of a pair", () => {
  const extremes = [0, -0, 2 ** -149, -(2 ** -149), 3.4028234663852886e38, -3.4028234663852886e38, 1, -1.5];
  for (const left of extremes) {
    for (const right of extremes) {
      const values = Float32Array.of(left, right, left, right);
      const out = new Float32Array(5);
      const features = new FeatureWindow(values, 2, 2);
      features.moveTo(1);
      features.copyTo(out, 1);
      expect(new Uint8Array(out.buffer, 4)).toEqual(new Uint8Array(values.buffer));
    }
  }
});

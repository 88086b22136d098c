import fc from "fast-check";
import { expect, test } from "vitest";
import { ObservationBlock } from "./observation-block.ts";

const shape = fc.record({
  width: fc.integer({ min: 1, max: 9 }),
  window: fc.integer({ min: 1, max: 5 }),
  extraRows: fc.nat(6),
  count: fc.integer({ min: 1, max: 5 }),
  room: fc.nat(4),
  seed: fc.nat(),
});

/** One number at a time. */
function slowWindow(values: Float32Array, width: number, window: number, lastRow: number): number[] {
  return Array.from({ length: width * window }, (_, index) => values[(lastRow + 1 - window) * width + index]!);
}

test.each([
  ["in one memory", undefined],
  ["too large for one", 0],
])("windows %s are copied as one number at a time would be, and nothing else is touched", (_name, limitBytes) => {
  fc.assert(
    fc.property(shape, ({ width, window, extraRows, count, room, seed }) => {
      const rows = window + extraRows;
      const values = Float32Array.from({ length: rows * width }, (_, index) => Math.fround(((seed + index * 7919) % 1009) / 17) - 20);
      const size = width * window + room;
      const block = new ObservationBlock({ values, width, window, count, size }, limitBytes);
      for (let round = 0; round < 3; round++) {
        for (let index = 0; index < count; index++) block.rows[index] = window - 1 + ((seed + 3 * index + round) % (extraRows + 1));
        block.observations.fill(7);
        block.copyAll();
        const single = new Float32Array(count * size).fill(7);
        for (let index = 0; index < count; index++) {
          const expected = [...slowWindow(values, width, window, block.rows[index]!), ...Array.from({ length: room }, () => 7)];
          expect([...block.observations.subarray(index * size, (index + 1) * size)]).toEqual(expected);
          block.copyOne(index, single);
        }
        expect(single).toEqual(block.observations.slice());
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});

test("every bit of a number survives", () => {
  const extremes = [0, -0, 2 ** -149, -(2 ** -149), 3.4028234663852886e38, -3.4028234663852886e38, 1, -1.5];
  const values = Float32Array.from(extremes);
  const block = new ObservationBlock({ values, width: 8, window: 1, count: 1, size: 8 });
  block.copyAll();
  expect(new Uint8Array(block.observations.slice().buffer)).toEqual(new Uint8Array(values.buffer));
});

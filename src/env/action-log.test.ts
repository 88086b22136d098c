import fc from "fast-check";
import { expect, test } from "vitest";
import { ActionLog } from "./action-log.ts";

/** The same with a list for each environment. */
class PlainLog {
  readonly episodes: number[][];
  constructor(count: number) {
    this.episodes = Array.from({ length: count }, () => []);
  }
}

test("holds what lists hold, however long episodes run and whichever of them ends", () => {
  const step = fc.record({ ends: fc.array(fc.nat(3), { maxLength: 2 }), value: fc.integer({ min: 0, max: 99 }), replaced: fc.nat(30) });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(step, { maxLength: 60 }),
      (count, size, capacity, steps) => {
        let log = new ActionLog(count, size, capacity);
        const plain = new PlainLog(count);
        const compare = () => {
          for (const [index, expected] of plain.episodes.entries()) expect([...log.read(index)]).toEqual(expected);
        };
        for (const { ends, value, replaced } of steps) {
          const actions = Float32Array.from({ length: count * size }, (_, index) => value + index / 8);
          log.write(actions);
          for (const [index, episode] of plain.episodes.entries()) episode.push(...actions.subarray(index * size, (index + 1) * size));
          for (const index of ends.filter((each) => each < count)) {
            log.begin(index);
            plain.episodes[index] = [];
          }
          if (replaced === 0) {
            const copies = plain.episodes.map((_, index) => log.read(index));
            log = new ActionLog(count, size, capacity);
            log.replace(copies);
          }
          compare();
        }
      },
    ),
    { seed: 5, numRuns: 500 },
  );
});

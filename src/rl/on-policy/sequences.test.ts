import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { compactPlan, sequencePlan } from "./sequences.ts";

const shapes = [
  { count: 8, nSteps: 128, batchSize: 256, sequenceLength: null },
  { count: 4, nSteps: 32, batchSize: 48, sequenceLength: null },
  { count: 3, nSteps: 5, batchSize: 7, sequenceLength: null },
  { count: 1, nSteps: 10, batchSize: 64, sequenceLength: null },
  { count: 5, nSteps: 2, batchSize: 2, sequenceLength: null },
  { count: 8, nSteps: 128, batchSize: 256, sequenceLength: 32 },
  { count: 3, nSteps: 12, batchSize: 24, sequenceLength: 4 },
  { count: 2, nSteps: 12, batchSize: 20, sequenceLength: 4 },
] as const;

describe.each(shapes)("$count environments of $nSteps steps by $batchSize rows, sequences of $sequenceLength", (spec) => {
  const { count, nSteps, batchSize, sequenceLength } = spec;
  const rows = count * nSteps;
  const { sequences, steps, arrange } = sequencePlan(spec);

  test("every row comes once, in its environment's order, in minibatches of as many rows as were asked for", () => {
    const random = new Random(5);
    for (let turn = 0; turn < 50; turn++) {
      const order = arrange(random);
      expect([...order].filter((row) => row >= 0).toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
      const sizes: number[] = [];
      for (let from = 0; from < order.length; from += steps * sequences) {
        sizes.push(order.subarray(from, from + steps * sequences).filter((row) => row >= 0).length);
      }
      const size = Math.min(batchSize, rows);
      expect(sizes).toEqual(Array.from({ length: Math.ceil(rows / size) }, (_, index) => Math.min(size, rows - index * size)));
      for (let at = 1; at < order.length; at++) {
        if (at % steps === 0 || order[at]! < 0) continue;
        expect(order[at], "one step of the same environment after the other, and padding only behind").toBe(order[at - 1]! + count);
      }
    }
  });

  test("a sequence begins where a minibatch or an environment does, or at a multiple of its length", () => {
    const order = arrange(new Random(6));
    for (let from = 0; from < order.length; from += steps) {
      const row = order[from]!;
      if (row < 0 || from % (steps * sequences) === 0) continue;
      expect(Math.floor(row / count) % (sequenceLength ?? nSteps)).toBe(0);
    }
    if (sequenceLength !== null && rows % batchSize === 0) expect(order.includes(-1)).toBe(false);
  });
});

test.each(shapes)("without padding, minibatches hold the same rows in the same order: %o", (spec) => {
  const [padded, compact] = [sequencePlan(spec), compactPlan(spec)];
  const [order, expected] = [compact.arrange(new Random(8)), padded.arrange(new Random(8))];
  const size = padded.sequences * padded.steps;
  for (let minibatch = 0; minibatch * compact.rows < order.length; minibatch++) {
    const [own, theirs] = [
      order.slice(minibatch * compact.rows, (minibatch + 1) * compact.rows),
      expected.slice(minibatch * size, (minibatch + 1) * size),
    ];
    const real = own.filter((row) => row >= 0);
    expect([...real]).toEqual([...theirs].filter((row) => row >= 0));
    expect([...own.subarray(real.length)].every((row) => row === -1)).toBe(true);
    const starts = [...real.keys()].filter((at) => at === 0 || compact.begins(real[at]!));
    const firsts = theirs.filter((row, at) => at % padded.steps === 0 && row >= 0);
    expect(starts.map((at) => real[at])).toEqual([...firsts]);
  }
});

test("passes are rotated by chance", () => {
  const { arrange } = sequencePlan(shapes[0]);
  const random = new Random(7);
  const starts = Array.from({ length: 20 }, () => arrange(random)[0]);
  expect(new Set(starts).size).toBeGreaterThan(15);
});

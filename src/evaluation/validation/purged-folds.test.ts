import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../base/index.ts";
import type { RowRange } from "../../data/index.ts";
import { combinatorialFolds, purgedFolds } from "./purged-folds.ts";

const rowsOf = (ranges: readonly RowRange[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index));

describe("purged folds", () => {
  test("by hand: labels of two rows, an embargo of one", () => {
    const folds = purgedFolds({ rows: 12, groups: 3, horizon: 2, embargo: 1 });
    expect(folds).toEqual([
      { test: [{ from: 0, to: 4 }], train: [{ from: 7, to: 12 }] },
      {
        test: [{ from: 4, to: 8 }],
        train: [
          { from: 0, to: 2 },
          { from: 11, to: 12 },
        ],
      },
      { test: [{ from: 8, to: 12 }], train: [{ from: 0, to: 6 }] },
    ]);
  });

  test("without horizon and embargo nothing is lost", () => {
    for (const { train, test: judged } of purgedFolds({ rows: 10, groups: 4, horizon: 0, embargo: 0 })) {
      expect([...rowsOf(train), ...rowsOf(judged)].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, row) => row));
    }
  });

  test("no label of training overlaps one of the test, and no row is lost without a reason", () => {
    const cut = fc
      .record({ rows: fc.integer({ min: 20, max: 60 }), groups: fc.integer({ min: 3, max: 6 }), embargo: fc.integer({ min: 0, max: 2 }) })
      .chain((plain) =>
        fc.record({
          plain: fc.constant(plain),
          testGroups: fc.integer({ min: 1, max: 2 }),
          reach: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: plain.rows, maxLength: plain.rows }),
        }),
      );
    fc.assert(
      fc.property(cut, ({ plain, testGroups, reach }) => {
        const horizon = reach.map((ahead, row) => row + ahead);
        let folds;
        try {
          folds = combinatorialFolds({ ...plain, horizon }, testGroups);
        } catch (error) {
          if (!(error instanceof UserError && error.code === "data/too-short")) throw error;
          return; // Nothing is left to train on.
        }
        for (const { train, test: judged } of folds) {
          const [trained, held] = [new Set(rowsOf(train)), rowsOf(judged)];
          for (let row = 0; row < plain.rows; row++) {
            const overlaps = held.some((other) => row <= horizon[other]! && other <= horizon[row]!);
            // As each stretch of the test is one span to its last label, rows between are out as well.
            const lingers = judged.some(({ from, to }) => {
              const last = Math.max(...Array.from({ length: to - from }, (_, index) => horizon[from + index]!));
              return row >= from && row <= last + plain.embargo;
            });
            expect(trained.has(row), `row ${row}`).toBe(!overlaps && !lingers);
          }
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("combinatorial folds", () => {
  test("six groups, two to test on: fifteen splits make five whole paths", () => {
    const folds = combinatorialFolds({ rows: 60, groups: 6, horizon: 1, embargo: 0 }, 2);
    expect(folds).toHaveLength(15);
    const paths = Array.from({ length: 5 }, (_, path) =>
      folds.flatMap(({ groups, paths: own }) => groups.filter((_group, index) => own[index] === path)).toSorted((a, b) => a - b),
    );
    for (const path of paths) expect(path).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("what cannot be cut is refused", () => {
    const cut = { rows: 30, groups: 3, horizon: 0, embargo: 0 };
    expect(() => combinatorialFolds(cut, 3)).toThrow(/cannot be cut/);
    expect(() => combinatorialFolds({ ...cut, groups: 40 }, 1)).toThrow(/cannot be cut/);
    expect(() => combinatorialFolds({ ...cut, embargo: -1 }, 1)).toThrow(/cannot be cut/);
    expect(() => purgedFolds({ ...cut, horizon: 25 })).toThrow(/nothing is left/);
    expect(() => purgedFolds({ ...cut, horizon: new Float64Array(30) })).toThrow(/row 1 cannot depend/);
  });
});

test("a leak is caught by purging alone: a label that overlaps the boundary carries the test's answer", () => {
  // A walk of coin tosses. The label of a row is the sum of the next ten, so neighbours share nine tenths of it: whoever may train
  // on the rows just before and after the test knows most of its answers.
  const rows = 2000;
  let state = 12_345;
  const toss = Array.from({ length: rows + 10 }, () => ((state = (state * 48_271) % 2_147_483_647) % 2) * 2 - 1);
  const label = Array.from({ length: rows }, (_, row) => toss.slice(row + 1, row + 11).reduce((sum, value) => sum + value, 0));
  /** Correlation of the labels with those of the nearest rows in training. */
  const skill = (horizon: number) => {
    let covariance = 0,
      own = 0,
      other = 0;
    for (const { train, test: judged } of purgedFolds({ rows, groups: 200, horizon, embargo: 0 })) {
      for (const row of rowsOf(judged)) {
        const before = train.findLast(({ to }) => to <= row)?.to;
        const after = train.find(({ from }) => from > row)?.from;
        const near = before === undefined || (after !== undefined && after - row < row - before) ? after! : before - 1;
        covariance += label[row]! * label[near]!;
        own += label[row]! ** 2;
        other += label[near]! ** 2;
      }
    }
    return covariance / Math.sqrt(own * other);
  };
  expect(skill(0)).toBeGreaterThan(0.5);
  expect(Math.abs(skill(10))).toBeLessThan(0.1);
});

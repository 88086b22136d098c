import fc from "fast-check";
import { expect, test } from "vitest";
import { split, walkForward } from "./split.ts";

const bars = (rows: number) => ({ closeTime: new Float64Array(rows) });

test("shares follow one another and cover all rows", () => {
  expect(split(bars(10), { train: 0.6, validation: 0.2 })).toEqual({
    train: { from: 0, to: 6 },
    validation: { from: 6, to: 8 },
    test: { from: 8, to: 10 },
  });
});

test("without validation no row is lost between training and test", () => {
  const parts = split(bars(300), { train: 0.699_999_999_996_666_7, validation: 0 });
  expect(parts.test.from).toBe(parts.train.to);
});

test("parts never overlap and keep the embargo", () => {
  const shares = fc.record({
    train: fc.double({ min: 0.05, max: 0.7, noNaN: true }),
    validation: fc.double({ min: 0, max: 0.25, noNaN: true }),
    embargo: fc.nat({ max: 5 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 5000 }), shares, (rows, input) => {
      fc.pre(input.validation === 0 || input.validation * rows > 10);
      const { train, validation, test } = split(bars(rows), input);
      expect(train.from).toBe(0);
      expect(test.to).toBe(rows);
      if (input.validation > 0) expect(validation.from - train.to).toBe(input.embargo);
      expect(test.from - validation.to).toBe(input.embargo);
      for (const { from, to } of [train, test]) expect(to).toBeGreaterThan(from);
    }),
  );
});

test.each([
  [100, { train: 0.8, validation: 0.2 }, "config/invalid"],
  [100, { train: 0, validation: 0.2 }, "config/invalid"],
  [100, { train: NaN, validation: 0.2 }, "config/invalid"],
  [100, { train: 0.6, validation: 0.2, embargo: -1 }, "config/invalid"],
  [2, { train: 0.6, validation: 0.2 }, "data/too-short"],
  [100, { train: 0.6, validation: 0.2, embargo: 20 }, "data/too-short"],
])("%d rows by %j are refused", (rows, shares, code) => expect(() => split(bars(rows), shares)).toThrow(expect.objectContaining({ code })));

const walks = fc.record({
  folds: fc.integer({ min: 1, max: 8 }),
  trainRows: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
  testRows: fc.integer({ min: 1, max: 50 }),
  embargo: fc.nat({ max: 20 }),
  anchored: fc.boolean(),
  spare: fc.nat({ max: 200 }),
});

test("folds test what follows their training, embargo kept, each row once, up to the last", () => {
  fc.assert(
    fc.property(walks, ({ spare, ...input }) => {
      const rows = input.folds * input.testRows + input.embargo + (input.trainRows ?? 1) + spare;
      const folds = walkForward({ rows, ...input });
      expect(folds).toHaveLength(input.folds);
      expect(folds.at(-1)!.test.to).toBe(rows);
      folds.forEach(({ train, test }, index) => {
        expect(train.from).toBeGreaterThanOrEqual(0);
        expect(test.from - train.to).toBe(input.embargo);
        expect(test.to - test.from).toBe(input.testRows);
        if (index > 0) expect(test.from).toBe(folds[index - 1]!.test.to);
        const length = train.to - train.from;
        expect(length).toBe((input.trainRows ?? spare + 1) + (input.anchored ? index * input.testRows : 0));
      });
    }),
  );
});

test("too few rows say how many are needed", () => {
  expect(() => walkForward({ rows: 100, folds: 4, trainRows: 50, testRows: 20, embargo: 0, anchored: false })).toThrow(/at least 130 bars/);
});

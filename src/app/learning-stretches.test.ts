import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FeatureMatrix } from "../features/index.ts";
import { dealtByLength, isUsable, joinedRows } from "./learning-stretches.ts";

const ofLengths = (lengths: readonly number[]) => lengths.map((to) => ({ rows: { from: 0, to } }));

describe("environments among stretches", () => {
  test("by hand", () => {
    expect(dealtByLength(8, ofLengths([100]))).toEqual([8]);
    expect(dealtByLength(8, ofLengths([300, 100]))).toEqual([6, 2]);
    expect(dealtByLength(5, ofLengths([1000, 1, 1]))).toEqual([3, 1, 1]);
    expect(dealtByLength(3, ofLengths([10, 20, 30]))).toEqual([1, 1, 1]);
  });

  test("each has one at least, none is left, and none lacks more than one of its share", () => {
    const cut = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cut, fc.nat({ max: 60 }), (lengths, more) => {
        const count = lengths.length + more;
        const dealt = dealtByLength(count, ofLengths(lengths));
        expect(dealt.reduce((sum, each) => sum + each, 0)).toBe(count);
        expect(Math.min(...dealt)).toBeGreaterThanOrEqual(1);
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const ones = dealt.filter((each) => each === 1).length; // Those may have taken from the others.
        dealt.forEach((each, index) => expect(each).toBeGreaterThan((count * lengths[index]!) / total - 1 - ones));
      }),
      { seed: 1 },
    );
  });
});

const matrix = (values: readonly number[], firstReady = 0): FeatureMatrix => ({
  names: ["a", "b"],
  width: 2,
  rows: values.length / 2,
  values: Float32Array.from(values),
  firstReady,
});

test("rows of several matrices stand one after the other", () => {
  const [left, right] = [matrix([1, 2, 3, 4, 5, 6]), matrix([7, 8, 9, 10])];
  const joined = joinedRows([
    { features: left, rows: { from: 1, to: 3 } },
    { features: right, rows: { from: 0, to: 1 } },
  ]);
  expect(joined).toMatchObject({ names: ["a", "b"], width: 2, rows: 3 });
  expect([...joined.values]).toEqual([3, 4, 5, 6, 7, 8]);
  const alone = joinedRows([{ features: left, rows: { from: 1, to: 3 } }]);
  expect([...alone.values]).toEqual([3, 4, 5, 6]);
  expect(alone.values.buffer, "no copy of a single one").toBe(left.values.buffer);
});

test("a stretch is of use where two bars can be seen", () => {
  const features = matrix(new Array<number>(20).fill(0), 4);
  expect(isUsable({ features, rows: { from: 0, to: 6 } }, 1)).toBe(true);
  expect(isUsable({ features, rows: { from: 0, to: 5 } }, 1)).toBe(false);
  expect(isUsable({ features, rows: { from: 0, to: 6 } }, 2)).toBe(false);
});

import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { auditLookahead, type DerivedColumn, featurePipeline, fitScaler, scaled, withDerived } from "./index.ts";
import { walkBars } from "./sample-bars.ts";

const bars = walkBars(new Random(7), 300);
const plain = featurePipeline([{ indicator: "log-return" }, { indicator: "rsi", params: { period: 5 } }]);
const pipeline = scaled(plain, fitScaler(plain.batch(bars), 0, 300));

/** The sum of the second feature, the later to be ready, over the last rows. */
const sumOf = (window: number, name = `sum-${window}`): DerivedColumn => ({
  name,
  hash: name,
  window,
  start() {
    const seen: number[] = [];
    return (row) => {
      seen.push(row[1]!);
      const last = seen.slice(-window);
      return last.length === window ? last.reduce((sum, value) => sum + value, 0) : NaN;
    };
  },
});

test("columns stand behind the pipeline's own, and are what a plain sum over its rows gives", () => {
  const derived = withDerived(pipeline, [sumOf(3), sumOf(1)]);
  expect(derived.names).toEqual([...pipeline.names, "sum-3", "sum-1"]);
  const [inner, outer] = [pipeline.batch(bars), derived.batch(bars)];
  expect(outer.firstReady).toBe(inner.firstReady + 2);
  expect(derived.warmup).toBe(pipeline.warmup + 2);
  for (let row = 0; row < 300; row++) {
    const second = (at: number) => inner.values[at * 2 + 1]!;
    expect(outer.values.subarray(row * 4, row * 4 + 2)).toEqual(inner.values.subarray(row * 2, row * 2 + 2));
    expect(outer.values[row * 4 + 3]).toEqual(second(row));
    if (row >= inner.firstReady + 2) expect(outer.values[row * 4 + 2]).toBe(Math.fround(second(row - 2) + second(row - 1) + second(row)));
  }
});

test("other columns are another pipeline, and no columns are the same", () => {
  const hashes = [[sumOf(3)], [sumOf(3, "other")], [sumOf(3), sumOf(1)], [sumOf(1), sumOf(3)]].map(
    (columns) => withDerived(pipeline, columns).hash,
  );
  expect(new Set([pipeline.hash, ...hashes]).size).toBe(5);
  expect(withDerived(pipeline, [])).toBe(pipeline);
});

test("a name that is there already is refused", () => {
  for (const columns of [[sumOf(3, "log-return-1")], [sumOf(3), sumOf(3)]])
    expect(() => withDerived(pipeline, columns)).toThrow(expect.objectContaining({ code: "config/invalid", path: "features" }));
});

test("what remembers beyond its stream is found by the audit; what does not, passes", () => {
  expect(auditLookahead(withDerived(pipeline, [sumOf(3)]), bars, new Random(1))).toEqual([]);
  let last: number[] = [];
  const peeking: DerivedColumn = {
    ...sumOf(1, "peek"),
    start() {
      const [known, seen] = [last, [] as number[]];
      last = seen;
      return (row) => known[seen.push(row[0]!)] ?? row[0]!;
    },
  };
  expect(auditLookahead(withDerived(pipeline, [peeking]), bars, new Random(1)).length).toBeGreaterThan(0);
});

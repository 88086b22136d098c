import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { split } from "../data/index.ts";
import { defineExperiment, type ExperimentInput } from "./experiment.ts";
import { crossFolds, walkForwardFolds } from "./experiment-folds.ts";
import type { Rows } from "./judge.ts";

const dayMs = 86_400_000;
const daysFrom = (first: string, rows: number) => ({
  closeTime: Float64Array.from({ length: rows }, (_, row) => Date.parse(first) + row * dayMs + dayMs / 2),
});
const foldsOf = (walkForward: ExperimentInput["walkForward"], rows = 1000, more: ExperimentInput = {}) => {
  const experiment = defineExperiment({ walkForward, ...more });
  const bars = daysFrom("2000-01-01", rows);
  return walkForwardFolds(experiment, bars, split(bars, experiment.split));
};
const two = [{ name: "plain" }, { name: "slow", algorithm: { name: "a2c" } }];
const lengthOf = ({ from, to }: Rows) => to - from;

describe("walk-forward folds", () => {
  test("roll over the second half unless told otherwise, a bar apart from their tests", () => {
    const folds = foldsOf({ folds: 4 });
    expect(folds.map(({ test: [rows] }) => rows)).toEqual([500, 625, 750, 875].map((from) => ({ from, to: from + 125 })));
    for (const { train, test: judged, validation } of folds) {
      expect(train).toEqual([{ from: judged[0]!.from - 500, to: judged[0]!.from - 1 }]);
      expect(validation).toBeNull();
    }
  });

  test("anchored ones learn from the first bar on, an embargo is kept, and lengths are as asked for", () => {
    const folds = foldsOf({ folds: 3, anchored: true, embargo: 10, testBars: 100 });
    expect(folds.map(({ train, test: judged }) => [train[0], judged[0]])).toEqual(
      [700, 800, 900].map((from) => [
        { from: 0, to: from - 10 },
        { from, to: from + 100 },
      ]),
    );
    const rolling = foldsOf({ folds: 2, trainBars: 50, testBars: 20 });
    expect(rolling.map(({ train }) => lengthOf(train[0]!))).toEqual([50, 50]);
  });

  test("may begin with a day", () => {
    const [first] = foldsOf({ folds: 2, from: "2001-03-01", testBars: 100 });
    expect(first!.test[0]!.from).toBe(425); // 366 days of 2000, 31 and 28 of 2001; closes are at noon.
    expect(foldsOf({ folds: 2, from: "2001-03-01" }).at(-1)!.test[0]!.to).toBe(425 + 2 * Math.floor(575 / 2));
  });

  test("hold out the end of their past where candidates are to be chosen among, the embargo once more between", () => {
    for (const { train, validation, test: judged } of foldsOf({ folds: 4, embargo: 5, validation: 0.25 }, 1000, { candidates: two })) {
      expect(lengthOf(validation!)).toBe(Math.floor((judged[0]!.from - 5 - train[0]!.from) * 0.25));
      expect(validation!.to).toBe(judged[0]!.from - 5);
      expect(train[0]!.to).toBe(validation!.from - 5);
    }
  });

  test.each([
    [{ folds: 50 }, 60, "folds"],
    [{ folds: 2, from: "2001-03-01" }, 300, "from"],
    [{ folds: 2, from: "2000-01-02" }, 1000, "folds"],
    [{ folds: 2, from: "2000-12-01", testBars: 400 }, 1000, "from"],
    [{ folds: 2, testBars: 100, trainBars: 900 }, 1000, "folds"],
  ])("%j of %i bars are too few", (walkForward, rows, field) =>
    expect(() => foldsOf(walkForward, rows)).toThrow(
      expect.objectContaining({ code: "data/too-short", path: `experiment.walkForward.${field}` }),
    ),
  );
});

test("the splits of a cross-validation learn nothing within horizon and embargo of what is held out, validation rows least of all", () => {
  const cut = fc.record({
    groups: fc.integer({ min: 3, max: 6 }),
    held: fc.integer({ min: 1, max: 2 }),
    horizon: fc.nat({ max: 6 }),
    embargo: fc.nat({ max: 6 }),
    hasCandidates: fc.boolean(),
  });
  fc.assert(
    fc.property(cut, fc.integer({ min: 240, max: 400 }), ({ hasCandidates, ...crossValidation }, rows) => {
      const experiment = defineExperiment({ crossValidation, ...(hasCandidates && { candidates: two }) });
      const folds = crossFolds(experiment, rows);
      expect(new Set(folds.map(({ place }) => place)).size).toBe(folds.length);
      for (const { train, validation, test: held, looksBack } of folds) {
        expect(looksBack).toBe(false);
        for (const stretch of validation ? [...train, validation] : train) {
          for (const { from, to } of held) {
            const isBefore = stretch.to + crossValidation.horizon <= from;
            const isAfter = stretch.from >= to + crossValidation.horizon + crossValidation.embargo;
            expect(isBefore || isAfter, JSON.stringify({ stretch, held })).toBe(true);
          }
        }
        const gap = Math.max(crossValidation.horizon, crossValidation.embargo);
        if (validation) expect(train.some(({ to }) => to + gap === validation.from)).toBe(true);
        expect(validation !== null).toBe(hasCandidates);
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});

describe("an experiment's validation", () => {
  const base = { algorithm: { name: "ppo" } } as const;
  test.each<[ExperimentInput, string]>([
    [{ candidates: [{ name: "one" }] }, "candidates"],
    [{ candidates: [{ name: "one" }, { name: "one" }] }, "candidates"],
    [{ candidates: [{ name: "one" }, { name: "two", algorithm: { name: "alphago" } }] }, "candidates.1.algorithm.name"],
    [{ candidates: [{ name: "one", environment: { reward: { name: "fame" } } }, { name: "two" }] }, "candidates.0.environment.reward.name"],
    [{ candidates: [{ name: "one" }, { name: "two", features: [{ indicator: "luck" }] }] }, "candidates.1.features.0.indicator"],
    [{ crossValidation: { groups: 4, held: 4 } }, "crossValidation"],
    [{ crossValidation: { groups: 20, held: 10 } }, "crossValidation"],
    [{ crossValidation: {}, environments: 2 }, "crossValidation"],
    [{ crossValidation: {}, environments: 8, scenarios: { training: { variants: 3 } } }, "crossValidation"],
    [{ crossValidation: {}, initialWeights: { from: "demo" } }, "crossValidation"],
    [{ crossValidation: {}, teacher: { model: "demo" } }, "crossValidation"],
  ])("that cannot be is refused: %j", (fields, path) =>
    expect(() => defineExperiment({ ...base, ...fields })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: `experiment.${path}` }),
    ),
  );

  test("adds nothing to an experiment that says nothing of it", () => {
    const experiment = defineExperiment({});
    expect(experiment.walkForward).toEqual({ folds: 4, totalSteps: 100_000 });
    expect(Object.keys(experiment)).not.toContain("crossValidation");
    expect(Object.keys(experiment)).not.toContain("candidates");
  });
});

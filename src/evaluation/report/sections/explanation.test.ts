import { expect, test } from "vitest";
import type { PolicyExplanation } from "../../explanation/index.ts";
import { Explanation, explanationSection } from "./explanation.ts";

const output = (name: string, kind: "probability" | "value") => ({ name, kind });
const figures = (...means: number[]) => means.map((mean) => ({ mean, low: mean - 0.1, high: mean + 0.1 }));

/** Of three features the second matters most to what is done, the third most to the value. */
const whole: PolicyExplanation = {
  schema: "tradewind/explanation@1",
  inputs: ["a", "b", "c"],
  outputs: [output("flat", "probability"), output("long", "probability"), output("value", "value")],
  observations: 40,
  importance: {
    measure: "mean absolute change",
    of: ["flat", "long", "value"],
    observations: 40,
    repeats: 5,
    level: 0.95,
    features: [
      { feature: "a", figures: figures(0.1, 0.1, 0) },
      { feature: "b", figures: figures(0.3, 0.2, 0) },
      { feature: "c", figures: figures(0, 0, 9) },
    ],
  },
  attribution: {
    method: "exact-shapley",
    outputs: [],
    features: ["c", "a", "b"],
    background: 7,
    baseline: [],
    decisions: [{ row: 0, answer: [], values: [], standardErrors: null, residual: [] }],
    mean: [],
    meanAbsolute: [
      [3, 3, 3],
      [1, 1, 1],
      [2, 2, 2],
    ],
  },
  maps: [],
  saliency: {
    outputs: [output("flat", "probability"), output("long", "probability"), output("value", "value")],
    features: ["a", "b", "c"],
    lags: [0, 1],
    values: [
      [
        [1, 2],
        [3, null],
        [null, null],
      ],
      [
        [3, 4],
        [5, 6],
        [null, null],
      ],
      [
        [100, 100],
        [100, 100],
        [100, 100],
      ],
    ],
    observations: 40,
  },
};

test("what an agent does leads, in one order for all; the value is left out of where it looks", () => {
  const told = explanationSection(whole);
  expect(Explanation.parse(told)).toEqual(told);
  expect(told.importance.features.map(({ feature }) => feature)).toEqual(["b", "a", "c"]);
  expect(told.attribution).toEqual({
    method: "exact-shapley",
    decisions: 1,
    background: 7,
    features: [
      { feature: "b", meanAbsolute: [2, 2, 2] },
      { feature: "a", meanAbsolute: [1, 1, 1] },
      { feature: "c", meanAbsolute: [3, 3, 3] },
    ],
  });
  expect(told.saliency).toEqual({
    features: ["b", "a", "c"],
    lags: [0, 1],
    values: [
      [4, 6],
      [2, 3],
      [null, null],
    ],
  });
  expect(told.map).toBeNull();
});

test("no more than thirty features are told", () => {
  const features = Array.from({ length: 50 }, (_, index) => ({ feature: `f${index}`, figures: figures(index) }));
  const many = { ...whole, importance: { ...whole.importance, of: ["flat"], features } };
  expect(explanationSection(many).importance.features.map(({ feature }) => feature)).toEqual(
    Array.from({ length: 30 }, (_, index) => `f${49 - index}`),
  );
});

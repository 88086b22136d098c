import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { fitHiddenMarkov } from "./baum-welch.ts";
import { forwardFilter, type HiddenMarkovModel } from "./hidden-markov.ts";

const normalDensity = (value: number, mean: number, variance: number) =>
  Math.exp(-((value - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** Likelihood of rows, and the probability of each last state, by summing over every path of states. */
function byEnumeration({ transition, means, variances }: HiddenMarkovModel, rows: readonly (readonly number[])[]) {
  const states = means.length;
  const last = new Float64Array(states);
  for (let code = 0; code < states ** rows.length; code++) {
    const path = rows.map((_, row) => Math.floor(code / states ** row) % states);
    const odds = path.reduce((product, state, row) => {
      const move = row === 0 ? 1 / states : transition[path[row - 1]!]![state]!;
      return rows[row]!.reduce(
        (all, value, column) => all * normalDensity(value, means[state]![column]!, variances[state]![column]!),
        product * move,
      );
    }, 1);
    last[path.at(-1)!]! += odds;
  }
  const likelihood = last.reduce((sum, value) => sum + value, 0);
  return { likelihood, shares: last.map((value) => value / likelihood) };
}

/** A model with numbers of no pattern. */
function anyModel(states: number, width: number, random: Random): HiddenMarkovModel {
  const table = (value: () => number, columns: number) => Array.from({ length: states }, () => Array.from({ length: columns }, value));
  return {
    transition: table(() => random.uniform() + 0.01, states).map((row) =>
      row.map((value) => value / row.reduce((sum, each) => sum + each, 0)),
    ),
    means: table(() => random.normal(), width),
    variances: table(() => 0.2 + random.uniform(), width),
  };
}

function simulated({ transition, means, variances }: HiddenMarkovModel, count: number, random: Random) {
  let state = 0;
  const path: number[] = [];
  const rows: number[] = [];
  for (let row = 0; row < count; row++) {
    path.push(state);
    means[state]!.forEach((mean, column) => rows.push(mean + Math.sqrt(variances[state]![column]!) * random.normal()));
    let rest = random.uniform();
    state = transition[state]!.findIndex((odds) => (rest -= odds) < 0);
    if (state < 0) state = means.length - 1;
  }
  return { path, rows: Float64Array.from(rows) };
}

const fitting = { seed: 1, restarts: 4, maxIterations: 200, tolerance: 1e-9 };

test("the filter is the sum over all paths, to 1e-12", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2), (seed, states, width) => {
      const random = new Random(seed);
      const model = anyModel(states, width, random);
      const rows = Array.from({ length: 6 }, () => Array.from({ length: width }, () => random.normal()));
      const filter = forwardFilter(model);
      let logLikelihood = 0;
      rows.forEach((row, index) => {
        logLikelihood += filter.update(row);
        const { likelihood, shares } = byEnumeration(model, rows.slice(0, index + 1));
        expect(Math.abs(logLikelihood - Math.log(likelihood))).toBeLessThan(1e-12 * Math.max(1, Math.abs(logLikelihood)));
        shares.forEach((share, state) => expect(Math.abs(Math.exp(filter.logShares[state]!) - share)).toBeLessThan(1e-12));
      });
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("a row that is skipped moves the chain on and tells nothing", () => {
  const model = anyModel(2, 1, new Random(2));
  const filter = forwardFilter(model);
  filter.update([0.3]);
  const before = [...filter.logShares].map(Math.exp);
  filter.skip();
  [0, 1].forEach((to) =>
    expect(Math.exp(filter.logShares[to]!)).toBeCloseTo(
      before[0]! * model.transition[0]![to]! + before[1]! * model.transition[1]![to]!,
      12,
    ),
  );
});

test("an outlier beyond any density leaves probabilities that are numbers", () => {
  const filter = forwardFilter(anyModel(3, 1, new Random(3)));
  for (const value of [0, 1e6, -1e9, 0]) {
    filter.update([value]);
    expect([...filter.logShares].reduce((sum, share) => sum + Math.exp(share), 0)).toBeCloseTo(1, 12);
  }
});

test("the likelihood never falls while fitting, whatever the rows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2), (seed, states, width) => {
      const random = new Random(seed);
      const { rows } = simulated(anyModel(3, width, random), 150, random);
      const { model, logLikelihoods } = fitHiddenMarkov(rows, width, { ...fitting, states, seed, restarts: 1, maxIterations: 60 });
      for (let index = 1; index < logLikelihoods.length; index++) {
        expect(logLikelihoods[index]! - logLikelihoods[index - 1]!).toBeGreaterThan(-1e-9 * Math.abs(logLikelihoods[index]!));
      }
      for (const row of model.transition) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }),
    { seed: 6, numRuns: 25 },
  );
});

test("rows that repeat one value do not draw a state into a point", () => {
  const random = new Random(8);
  const rows = Float64Array.from({ length: 400 }, (_, row) => (row % 3 === 0 ? 0 : random.normal()));
  const { model, logLikelihoods } = fitHiddenMarkov(rows, 1, { ...fitting, states: 2 });
  expect(model.variances[0]![0]).toBeGreaterThan(0);
  expect(Number.isFinite(logLikelihoods.at(-1))).toBe(true);
});

describe("calm and wild markets of 4,000 rows", () => {
  const truth: HiddenMarkovModel = {
    transition: [
      [0.98, 0.02],
      [0.05, 0.95],
    ],
    means: [
      [0.0008, 0.2],
      [-0.0015, -0.1],
    ],
    variances: [
      [0.006 ** 2, 0.3 ** 2],
      [0.02 ** 2, 0.5 ** 2],
    ],
  };
  const { path, rows } = simulated(truth, 4000, new Random(7));
  const { model } = fitHiddenMarkov(rows, 2, { ...fitting, states: 2 });

  test("are recovered, the calm one first", () => {
    [0, 1].forEach((state) => {
      expect(Math.abs(model.transition[state]![state]! - truth.transition[state]![state]!)).toBeLessThan(0.015);
      [0, 1].forEach((column) => {
        const deviation = Math.sqrt(truth.variances[state]![column]!);
        expect(Math.abs(model.means[state]![column]! - truth.means[state]![column]!)).toBeLessThan(0.12 * deviation);
        expect(Math.abs(Math.sqrt(model.variances[state]![column]!) / deviation - 1)).toBeLessThan(0.08);
      });
    });
  });

  test("are told apart by the filter nearly as well as by the true model's", () => {
    const rightOf = (each: HiddenMarkovModel) => {
      const filter = forwardFilter(each);
      let right = 0;
      path.forEach((state, row) => {
        filter.update(rows, row * 2);
        if (filter.logShares[1]! > filter.logShares[0]! === (state === 1)) right++;
      });
      return right / path.length;
    };
    expect(rightOf(truth)).toBeGreaterThan(0.95);
    expect(rightOf(model)).toBeGreaterThan(rightOf(truth) - 0.01);
  });

  test("are the same from the same seed", () => expect(fitHiddenMarkov(rows, 2, { ...fitting, states: 2 }).model).toEqual(model));
});

test("too few rows, or a column that never changes, are refused", () => {
  expect(() => fitHiddenMarkov(new Float64Array(10), 1, { ...fitting, states: 2 })).toThrow("2 hidden states need 20 rows");
  expect(() => fitHiddenMarkov(new Float64Array(100), 1, { ...fitting, states: 2 })).toThrow("rows that change");
});

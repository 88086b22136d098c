import { describe, expect, test } from "vitest";
import { Random } from "../../../base/index.ts";
import { toMoney } from "../../../domain/index.ts";
import { Costs, geometricWalk } from "../../../market/index.ts";
import { buyAndHold } from "../../../trading/index.ts";
import { backtest } from "../../backtest.ts";
import { sharpeDifference } from "../../bootstrap.ts";
import { measure } from "../../metrics.ts";
import { backtestOverfitting, deflatedSharpe, minimumTrackRecord, probabilisticSharpe, sharpeFacts } from "../../significance/index.ts";
import { combinatorialFolds, groupRows, trialOf } from "../../validation/index.ts";
import { movingAverages } from "../sample-report.ts";
import type { Rows } from "../stretches.ts";
import { CrossValidation, crossValidationSection } from "./cross-validation.ts";
import { type TrialFacts, Trials, trialsSection } from "./trials.ts";
import { type FoldResult, spreadOf, WalkForward, walkForwardSection } from "./walk-forward.ts";

const bars = geometricWalk({ bars: 600, volatility: 0.01, seed: 3 });
const stretch = { bars, costs: Costs.parse({}), initialCash: toMoney(bars.instrument, 100_000) };
const rule = (fast: number, rows: Rows) => backtest({ ...stretch, ...rows, agent: movingAverages(fast, 30) });
const hold = (rows: Rows) => backtest({ ...stretch, ...rows, agent: buyAndHold() });

describe("walk-forward", () => {
  test("joins the tests of its folds, and seeds with seeds", async () => {
    const tests = [
      { from: 300, to: 450 },
      { from: 450, to: 600 },
    ];
    const folds: Required<Pick<FoldResult, "train" | "test" | "agent" | "buyAndHold" | "seed" | "seeds">>[] = [];
    for (const [index, rows] of tests.entries()) {
      const seeds = [];
      for (const fast of [3, 5, 8]) seeds.push({ seed: fast, result: await rule(fast, rows) });
      const train = { from: 0, to: rows.from - 1 };
      folds.push({ train, test: rows, agent: seeds[index]!.result, buyAndHold: await hold(rows), seed: seeds[index]!.seed, seeds });
    }
    const section = walkForwardSection(bars, folds, { embargo: 1, bootstrapSeed: 7, resamples: 300 });
    expect(WalkForward.parse(section)).toEqual(section);
    expect(section.agent).toEqual(measure(folds[0]!.agent, folds[1]!.agent));
    const joined = (of: (fold: (typeof folds)[0]) => { readonly returns: Float64Array }) => folds.flatMap((fold) => [...of(fold).returns]);
    const [own, held] = [joined(({ agent }) => agent), joined(({ buyAndHold: other }) => other)];
    const random = new Random(7, 1);
    expect(section.significance).toEqual(sharpeDifference(own, held, { random, barsPerYear: folds[0]!.agent.barsPerYear, resamples: 300 }));
    expect(section.series!.time).toEqual([...bars.closeTime.slice(300)]);
    expect(section.series!.agent[149]).toBeCloseTo(1 + folds[0]!.agent.metrics.totalReturn!, 12);
    expect(section.seeds!.map(({ seed }) => seed)).toEqual([3, 5, 8]);
    for (const [index, { sharpe }] of section.seeds!.entries())
      expect(sharpe).toBe(measure(folds[0]!.seeds[index]!.result, folds[1]!.seeds[index]!.result).sharpe);
  });

  test("of no folds is empty", () =>
    expect(walkForwardSection(bars, [], { bootstrapSeed: 1, resamples: 100 })).toEqual({ folds: [], agent: null, buyAndHold: null }));

  test("a spread leaves out what is not defined", () => {
    expect(spreadOf([3, null, 1, 2, 10])).toEqual({ low: 1, median: 2.5, high: 10 });
    expect(spreadOf([null])).toEqual({ low: null, median: null, high: null });
  });
});

test("cross-validation: each path is every group once, judged by those that did not learn from it", async () => {
  const groups = [];
  for (const rows of groupRows(600, 4)) groups.push({ rows, buyAndHold: await hold(rows) });
  const splits = [];
  for (const [index, fold] of combinatorialFolds({ rows: 600, groups: 4, horizon: 1, embargo: 1 }, 2).entries()) {
    const results = [];
    for (const group of fold.groups) results.push(await rule(3 + index, groups[group]!.rows));
    splits.push({ ...fold, candidate: null, seed: 1, weightsSha256: `${index}`, results });
  }
  const section = crossValidationSection(bars, { held: 2, horizon: 1, embargo: 1, groups, splits });
  expect(CrossValidation.parse(section)).toEqual(section);
  // Splits in order: 01 02 03 12 13 23. A group's first result is of the first split that holds it out, and so on.
  const byHand = [
    [0, 0, 1, 2],
    [1, 3, 3, 4],
    [2, 4, 5, 5],
  ];
  for (const [path, by] of byHand.entries()) {
    const results = [];
    for (const [group, split] of by.entries()) results.push(await rule(3 + split, groups[group]!.rows));
    expect(section.paths[path]).toEqual(measure(...results));
  }
  expect(section.buyAndHold).toEqual(measure(...groups.map((group) => group.buyAndHold)));
  const ratios = section.paths.map(({ sharpe }) => sharpe!).toSorted((a, b) => a - b);
  expect(section.sharpe).toEqual({ low: ratios[0], median: ratios[1], high: ratios[2] });
  expect(section.belowBuyAndHold).toBe(ratios.filter((ratio) => ratio < section.buyAndHold.sharpe!).length / 3);
});

describe("trials", () => {
  const noise = (seed: number, mean = 0, count = 200) => {
    const random = new Random(seed);
    return Float64Array.from({ length: count }, () => mean + 0.01 * random.normal());
  };
  const series = Array.from({ length: 6 }, (_, index) => noise(index, index === 4 ? 0.001 : 0));
  const look = (returns: Float64Array, seed: number, rows: [number, number] = [0, 200]) =>
    trialOf({ at: "2026-01-05T00:00:00.000Z", name: "tiny", subject: "s", params: { seed }, data: "d", rows }, returns);
  const facts = (change: Partial<TrialFacts> = {}): TrialFacts => ({
    data: "d",
    candidates: ["a", "b"].map((name, which) => ({
      name,
      seeds: [0, 1, 2].map((seed) => {
        const returns = series[3 * which + seed]!;
        return { seed, sharpe: sharpeFacts(returns)!.sharpe * Math.sqrt(252), returns };
      }),
      chosen: which === 1,
    })),
    chosen: series[4]!,
    own: series.map((returns, seed) => look(returns, seed)),
    looks: 10,
    test: noise(99, 0.0005, 300),
    barsPerYear: 252,
    ...change,
  });

  test("deflate the chosen one's ratio by what was tried, and leave the test's alone", () => {
    const section = trialsSection(facts());
    expect(Trials.parse(section)).toEqual(section);
    const ratios = series.map((returns) => sharpeFacts(returns)!.sharpe);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / 6;
    const variance = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / 5;
    const { trials, effectiveTrials, deflatedSharpe: deflated } = section.own;
    expect(trials).toBe(6);
    expect(deflated).toBeCloseTo(deflatedSharpe(sharpeFacts(series[4]!)!, effectiveTrials, variance), 12);
    expect(section.overfitting!.probability).toBe(backtestOverfitting(series).probability);
    const unseen = sharpeFacts(facts().test)!;
    expect(section.probabilisticSharpe).toBe(probabilisticSharpe(unseen));
    expect(section.minimumTrackRecord).toBe(minimumTrackRecord(unseen));
    expect(section.correction.join(" ")).toMatch(
      /2 candidates with 3 seeds each.*4 further looks chose inside the folds.*The test stretch/,
    );
  });

  test("more of them in the ledger deflate it further", () => {
    const earlier = Array.from({ length: 40 }, (_, index) => look(noise(100 + index), 100 + index));
    const section = trialsSection(facts({ ledger: [...earlier, ...facts().own] }));
    expect(section.ledger).toMatchObject({ trials: 46 });
    expect(section.ledger!.deflatedSharpe).toBeLessThan(section.own.deflatedSharpe!);
    expect(section.correction.join(" ")).toContain("46 tries that the ledger holds");
  });

  test("of one training there is nothing to correct, and of no variance nothing to tell", () => {
    const flat = new Float64Array(200);
    const only = { name: null, seeds: [{ seed: 1, sharpe: null, returns: flat }], chosen: true };
    const section = trialsSection(facts({ candidates: [only], chosen: flat, own: [look(flat, 1)], looks: 1, test: flat }));
    expect(section.own).toEqual({ trials: 1, effectiveTrials: 1, meanCorrelation: 0, expectedBest: 0, deflatedSharpe: null });
    expect(section).toMatchObject({ overfitting: null, probabilisticSharpe: null, minimumTrackRecord: null });
    expect(section.correction[0]).toContain("Nothing was chosen");
  });
});

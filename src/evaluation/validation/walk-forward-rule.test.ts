import fc from "fast-check";
import { expect, test } from "vitest";
import { walkForward } from "../../data/index.ts";
import { type Bars, copyBars, toMoney } from "../../domain/index.ts";
import { Costs, geometricWalk } from "../../market/index.ts";
import { buyAndHold, strategies, type Strategy } from "../../trading/index.ts";
import { backtest } from "../backtest.ts";
import { sharpeDifference } from "../bootstrap.ts";
import { measure } from "../metrics.ts";
import { judgeRuleWalk } from "../rule-walk-judgement.ts";
import { probabilisticSharpe, sharpeFacts } from "../significance/index.ts";
import { combinationsOf } from "../sweep-grid.ts";
import { Random } from "../../base/index.ts";
import { walkRuleForward } from "./walk-forward-rule.ts";

const rule = strategies["moving-average-cross"] as unknown as Strategy;
const combinations = combinationsOf(rule.params, { fast: [2, 4, 8], slow: [12, 30] });
const bars = geometricWalk({ bars: 600, volatility: 0.01, seed: 3 });
const stretchOf = (own: Bars) => ({ bars: own, costs: Costs.parse({}), initialCash: toMoney(own.instrument, 100_000) });
const folds = walkForward({ rows: 600, folds: 3, trainRows: 200, testRows: 100, embargo: 2, anchored: false });
const walked = (own = bars) => walkRuleForward({ ...stretchOf(own), strategy: rule, combinations, folds });
const trade = (params: object, rows: { from: number; to: number }, own = bars) =>
  backtest({ ...stretchOf(own), ...rows, agent: rule.agent(params as never) });

test("each fold trades what was best on its past; the best in hindsight is that of all bars", async () => {
  const walk = await walked();
  const bestOver = async (rows: { from: number; to: number }) => {
    let best = combinations[0]!,
      ratio = -Infinity;
    for (const params of combinations) {
      const { sharpe } = (await trade(params, rows)).metrics;
      if ((sharpe ?? -Infinity) > ratio) [best, ratio] = [params, sharpe!];
    }
    return best;
  };
  const tests = [];
  for (const [index, { train, test: judged }] of folds.entries()) {
    const params = await bestOver(train);
    expect(walk.folds[index]).toMatchObject({ train, test: judged, params, inSample: (await trade(params, train)).metrics });
    tests.push(await trade(params, judged));
    expect(walk.folds[index]!.outOfSample.metrics).toEqual(tests[index]!.metrics);
    expect(walk.folds[index]!.buyAndHold.metrics).toEqual((await backtest({ ...stretchOf(bars), ...judged, agent: buyAndHold() })).metrics);
  }
  expect(walk.outOfSample).toEqual(measure(...tests));
  expect([...walk.returns.rule]).toEqual(tests.flatMap(({ returns }) => [...returns]));
  expect(walk.hindsight.params).toEqual(await bestOver({ from: folds[0]!.train.from, to: 600 }));
  const known = [];
  for (const { test: judged } of folds) known.push(await trade(walk.hindsight.params, judged));
  expect(walk.hindsight.metrics).toEqual(measure(...known));
  const past = walk.folds.reduce((sum, { inSample }) => sum + inSample.annualReturn!, 0) / 3;
  if (past > 0) expect(walk.efficiency).toBeCloseTo(walk.outOfSample.annualReturn! / past, 12);
  else expect(walk.efficiency).toBeNull();
});

test("how often a parameter changed is told, and one with a single value is not a choice", async () => {
  const walk = await walkRuleForward({
    ...stretchOf(bars),
    strategy: rule,
    combinations: combinationsOf(rule.params, { fast: [2, 4, 8] }),
    folds,
  });
  expect(Object.keys(walk.stability)).toEqual(["fast"]);
  const chosen = walk.folds.map(({ params }) => params["fast"]);
  const { fast } = walk.stability;
  expect(fast).toEqual({
    chosen,
    values: new Set(chosen).size,
    changes: (Number(chosen[0] !== chosen[1]) + Number(chosen[1] !== chosen[2])) / 2,
  });
});

test("nothing of a fold is chosen by its test or by what follows it", async () => {
  const here = await walked();
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 1000 }), async (fold, seed) => {
      const changed = copyBars(bars);
      const { from } = folds[fold]!.test;
      const other = geometricWalk({ bars: 600, volatility: 0.04, seed });
      for (const column of ["open", "high", "low", "close", "volume"] as const) changed[column].set(other[column].subarray(from), from);
      const there = await walked(changed);
      for (let index = 0; index <= fold; index++) {
        expect(there.folds[index]!.params).toEqual(here.folds[index]!.params);
        expect(there.folds[index]!.inSample).toEqual(here.folds[index]!.inSample);
        if (index < fold) expect(there.folds[index]!.outOfSample.returns).toEqual(here.folds[index]!.outOfSample.returns);
      }
      expect(there.folds[fold]!.outOfSample.returns).not.toEqual(here.folds[fold]!.outOfSample.returns);
    }),
    { seed: 1, numRuns: 8 },
  );
});

test("is judged by its joined tests alone", async () => {
  const walk = await walked();
  const { barsPerYear } = walk.folds[0]!.outOfSample;
  const judgement = judgeRuleWalk(walk, { barsPerYear, seed: 4 });
  const { rule: own, buyAndHold: hold } = walk.returns;
  expect(judgement.difference).toEqual(sharpeDifference(own, hold, { random: new Random(4, 1), barsPerYear, resamples: 1000 }));
  expect(judgement.probabilisticSharpe).toBe(probabilisticSharpe(sharpeFacts(own)!));
  expect(judgement.verdict.skill).toBe(judgement.difference.high < 0 ? "worse" : "unproven");

  const drift = Float64Array.from(own, (_, bar) => 0.002 + (bar % 2 === 0 ? 0.001 : -0.001));
  const better = judgeRuleWalk({ ...walk, returns: { ...walk.returns, rule: drift } }, { barsPerYear, seed: 4 });
  expect(better.verdict.skill).toBe("convincing");
  const only = judgeRuleWalk({ ...walk, stability: {} }, { barsPerYear, seed: 4 });
  expect(only.verdict.sentences[1]).toMatch(/^With nothing to choose, .* over 300 bars in 3 folds is/);
  const never = judgeRuleWalk({ ...walk, returns: { ...walk.returns, rule: new Float64Array(300) } }, { barsPerYear, seed: 4 });
  expect(never).toMatchObject({ probabilisticSharpe: null, minimumTrackRecord: null });
  expect(never.verdict.sentences.join(" ")).toContain("It never traded there.");
});

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Random } from "../base/index.ts";
import { toMoney } from "../domain/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import { buyAndHold, strategies, type Strategy, strategy } from "../trading/index.ts";
import { backtest } from "./backtest.ts";
import { columnsOf, joinSweeps, sweep, sweepCombinations } from "./sweep.ts";
import { combinationsOf } from "./sweep-grid.ts";
import { judgeSweep } from "./sweep-judgement.ts";
import { summariseTrials, trialOf } from "./validation/index.ts";

const bars = geometricWalk({ bars: 300, volatility: 0.01, seed: 3 });
const initialCash = toMoney(bars.instrument, 100_000);
const stretch = { bars, from: 20, to: 300, costs: Costs.parse({}), initialCash };
const cross = strategies["moving-average-cross"] as unknown as Strategy;

describe("grid", () => {
  const shape = { a: z.number().default(1), b: z.int().default(2), c: z.boolean().default(false) };

  test("every combination with defaults filled in, the last named varying fastest", () => {
    expect(combinationsOf(shape, { b: [1, 2], a: [0.5, 3] })).toEqual([
      { a: 0.5, b: 1, c: false },
      { a: 3, b: 1, c: false },
      { a: 0.5, b: 2, c: false },
      { a: 3, b: 2, c: false },
    ]);
    expect(combinationsOf(shape, {})).toEqual([{ a: 1, b: 2, c: false }]);
  });

  test("what does not fit is refused by name", () => {
    expect(() => combinationsOf(shape, { d: [1] })).toThrow(expect.objectContaining({ code: "config/invalid", path: "params.d" }) as Error);
    expect(() => combinationsOf(shape, { b: [1, 0.5] }, "param")).toThrow(expect.objectContaining({ path: "param.b" }) as Error);
    expect(() => combinationsOf(shape, { a: [] })).toThrow(/0 combinations/);
    const many = Array.from({ length: 400 }, (_, index) => index);
    expect(() => combinationsOf(shape, { a: many, b: many })).toThrow(/160000 combinations/);
  });
});

describe("sweep", () => {
  const grid = { fast: [3, 5], slow: [10, 20, 40] };

  test("is the backtests of its combinations, one by one", async () => {
    const result = await sweep({ ...stretch, strategy: cross, grid });
    expect(result.combinations.map(({ fast, slow }) => [fast, slow])).toEqual(
      [3, 5].flatMap((fast) => [10, 20, 40].map((slow) => [fast, slow])),
    );
    for (const [index, params] of result.combinations.entries()) {
      const alone = await backtest({ ...stretch, agent: cross.agent(params as never) });
      expect(result.returns[index]).toEqual(alone.returns);
      expect(result.metrics[index]).toEqual(alone.metrics);
    }
    expect(new Set(result.metrics.map(({ totalReturn }) => totalReturn)).size).toBe(6);
  });

  test("in parts it is the same, in columns too", async () => {
    const whole = await sweep({ ...stretch, strategy: cross, grid });
    const all = combinationsOf(cross.params, grid);
    const dones: number[] = [];
    const onDone = (done: number) => void dones.push(done);
    const parts = [
      await sweepCombinations(all.slice(0, 4), { ...stretch, strategy: cross, onDone }),
      await sweepCombinations(all.slice(4), { ...stretch, strategy: cross, onDone }),
    ];
    expect(joinSweeps(parts)).toEqual(whole);
    expect(dones).toEqual([1, 2, 3, 4, 1, 2]);
    const { params, metrics } = columnsOf(whole);
    expect(params).toEqual({ fast: [3, 3, 3, 5, 5, 5], slow: [10, 20, 40, 10, 20, 40], allowShort: Array(6).fill(false) });
    expect(metrics.sharpe).toEqual(whole.metrics.map(({ sharpe }) => sharpe));
  });

  test("stops when the signal fires, and tells what a rule threw", async () => {
    await expect(sweep({ ...stretch, strategy: cross, grid, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    const broken = strategy({
      name: "broken",
      params: { x: z.number() },
      start: ({ x }) => ({
        onBar() {
          if (x === 2) throw new Error("no");
          return 0;
        },
      }),
    });
    await expect(sweep({ ...stretch, strategy: broken as unknown as Strategy, grid: { x: [1, 2] } })).rejects.toMatchObject({
      code: "strategy/failed",
    });
  });

  test("more returns than a machine should hold are refused before anything runs", async () => {
    const many = {
      fast: Array.from({ length: 1000 }, (_, index) => index + 1),
      slow: Array.from({ length: 100 }, (_, index) => index + 2),
    };
    const long = { ...stretch, from: 0, to: 2000 }; // It is refused before a bar is looked at.
    await expect(sweep({ ...long, strategy: cross, grid: many })).rejects.toMatchObject({ code: "usage/invalid-option" });
  });
});

describe("judgement", () => {
  const count = 1280;
  const noise = (seed: number, mean = 0) => {
    const random = new Random(seed);
    return Float64Array.from({ length: count }, () => mean + 0.01 * random.normal());
  };
  const judge = (returns: readonly Float64Array[], hold = noise(1)) => {
    const combinations = returns.map((_, index) => ({ index }));
    const metrics = returns.map((series) => {
      const { sharpe } = trialOf({ at: "", name: "", subject: "", params: {}, data: "d", rows: [0, count] }, series);
      return { sharpe: sharpe === null ? null : sharpe * Math.sqrt(252) } as never;
    });
    const trials = returns.map((series, index) =>
      trialOf({ at: "", name: "", subject: "", params: { index }, data: "d", rows: [0, count] }, series),
    );
    return judgeSweep({ combinations, metrics, returns }, { hold, trials: summariseTrials(trials, "d"), barsPerYear: 252, seed: 1 });
  };
  const noises = (first: number, many = 40) => Array.from({ length: many }, (_, index) => noise(first + index));

  test("of noise next to nothing is convincing, and overfitting is as likely as not on average", () => {
    const judged = Array.from({ length: 12 }, (_, round) => judge(noises(1000 * (round + 1))));
    expect(judged.filter(({ verdict }) => verdict.skill === "convincing")).toHaveLength(0);
    const mean = judged.reduce((sum, { overfitting }) => sum + overfitting!.probability, 0) / judged.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.15);
  });

  test("a planted edge is found and stands", () => {
    const { best, overfitting, deflatedSharpe, superiorAbility, verdict } = judge([...noises(50), noise(7, 0.002), ...noises(200)]);
    expect(best).toBe(40);
    expect(overfitting!.probability).toBeLessThan(0.01);
    expect(superiorAbility).toBeLessThan(0.01);
    expect(deflatedSharpe).toBeGreaterThan(0.95);
    expect(verdict.skill).toBe("convincing");
  });

  test("one alone has no choice to allow for; one that never trades has nothing to judge; a loser is worse", () => {
    const alone = judge([noise(7, 0.002)]);
    expect(alone).toMatchObject({ overfitting: null, superiorAbility: null, verdict: { skill: "convincing" } });
    expect(alone.verdict.sentences.join(" ")).toContain("the first try");
    const idle = judge([new Float64Array(count), new Float64Array(count)]);
    expect(idle).toMatchObject({ best: 0, deflatedSharpe: null, overfitting: null, verdict: { skill: "unproven" } });
    expect(judge([noise(7, -0.002)], noise(1, 0.001)).verdict.skill).toBe("worse");
  });

  test("what rises with the market is not convincing, however well it does", () => {
    const hold = noise(3, 0.003);
    const near = hold.map((value, bar) => value + 0.001 * noise(4)[bar]!);
    const judged = judge([near], hold);
    expect(judged.deflatedSharpe).toBeGreaterThan(0.99);
    expect(judged.verdict.skill).toBe("unproven");
  });

  test("buy-and-hold itself is no better than buy-and-hold", async () => {
    const hold = await backtest({ ...stretch, agent: buyAndHold() });
    const result = await sweep({ ...stretch, strategy: strategies["constant-exposure"] as unknown as Strategy, grid: {} });
    const { difference, verdict } = judgeSweep(result, { hold: hold.returns, trials: summariseTrials([], "d"), barsPerYear: 252, seed: 1 });
    expect(difference!.estimate).toBe(0);
    expect(verdict.skill).toBe("unproven");
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { document } from "../bench/conformance/document.ts";
import { type Kept, load, measuredOf, seedsToTrain, spelledOut, withSeed } from "../bench/conformance/record.ts";
import { type Row, rows } from "../bench/conformance/rows.ts";
import { systemClock } from "../src/base/index.ts";
import { conformanceEnvironment, conformanceProblems, evaluatePolicy, train } from "../src/rl/index.ts";

// One seed of what `npm run bench -- conformance` trains ten of, smaller where the result allows it.

interface Lesson {
  readonly row: string;
  readonly reach: number;
  readonly totalSteps?: number;
  readonly params?: Record<string, unknown>;
}

const small = { hidden: [64, 64], batchSize: 100 };
const lessons: readonly Lesson[] = [
  { row: "ppo-cartpole", reach: 475 },
  { row: "ppo-acrobot", reach: -100, totalSteps: 300_000 },
  { row: "a2c-cartpole", reach: 400, totalSteps: 200_000 },
  { row: "sac-pendulum", reach: -170, totalSteps: 10_000, params: small },
  { row: "td3-pendulum", reach: -170, totalSteps: 20_000, params: { ...small, learningStarts: 1000 } },
  { row: "ddpg-pendulum", reach: -200, totalSteps: 20_000, params: { ...small, learningStarts: 1000 } },
  { row: "recurrent-ppo-cartpole-masked-contrib", reach: 450, totalSteps: 50_000 },
];

describe("learns what the reference implementations learn", () => {
  test.each(lessons)(
    "$row to $reach",
    async ({ row: name, reach, totalSteps, params }) => {
      const row = rows.find((each) => each.name === name)!;
      const dynamics = conformanceProblems[row.problem];
      const { policy } = await train({
        algorithm: row.algorithm,
        params: { ...row.params, ...params },
        environment: conformanceEnvironment(dynamics, row.environments),
        totalSteps: totalSteps ?? row.totalSteps,
        seed: 1,
        clock: systemClock,
      });
      expect(evaluatePolicy(policy, conformanceEnvironment(dynamics, 10), 50, 1001).meanReturn).toBeGreaterThanOrEqual(reach);
    },
    600_000,
  );
});

const docs = join(import.meta.dirname, "..", "docs");

test("the page shows what is kept of the rows as they are", () => {
  expect(readFileSync(join(docs, "conformance.md"), "utf8")).toBe(document(load(join(docs, "conformance.json")), 10));
});

describe("what is kept of a row", () => {
  const row = rows[0]!;
  const seeds = [1, 2];
  const circumstances = { date: "2026-11-20", machine: "a machine", minutes: 3 };
  const add = (kept: Kept, seed: number, meanReturn: number, of: Row = row) =>
    withSeed(kept, of, "tradewind", { ...circumstances, seed, meanReturn }, seeds);

  test("grows seed by seed, and what was interrupted goes on", () => {
    const one = add({}, 2, 7);
    expect(seedsToTrain(one, row, "tradewind", seeds)).toEqual([1]);
    const both = add(one, 1, 5);
    expect(measuredOf(both, row, "tradewind")).toMatchObject({ returns: { 1: 5, 2: 7 }, minutes: 6 });
  });

  test("begins anew where it was complete, and leaves alone what another program reached", () => {
    const theirs = withSeed({}, row, "sb3", { ...circumstances, seed: 1, meanReturn: 9, program: "SB3 2" }, seeds);
    const complete = add(add(theirs, 1, 5), 2, 7);
    expect(seedsToTrain(complete, row, "tradewind", seeds)).toEqual(seeds);
    const again = add(complete, 1, 6);
    expect(measuredOf(again, row, "tradewind")).toMatchObject({ returns: { 1: 6 }, minutes: 3 });
    expect(measuredOf(again, row, "sb3")).toMatchObject({ returns: { 1: 9 }, program: "SB3 2" });
  });

  test("is not shown of a row whose settings have changed", () => {
    const changed = { ...row, params: { ...row.params, gamma: 0.5 } };
    const kept = add({}, 1, 5);
    expect(measuredOf(kept, changed, "tradewind")).toBeUndefined();
    expect(measuredOf(add(kept, 2, 7, changed), changed, "tradewind")?.returns).toEqual({ 2: 7 });
  });

  test("is summed up with its worst seed, and the difference to the other program with its error", () => {
    const theirs = [4, 8].reduce(
      (kept, value, at) => withSeed(kept, row, "sb3", { ...circumstances, seed: at + 1, meanReturn: value }, seeds),
      {} as Kept,
    );
    const line = document(add(add(theirs, 1, 480), 2, 470), 2)
      .split("\n")
      .find((each) => each.startsWith(`| ${row.name}`));
    expect(line).toContain("| 475.0 ± 5.0 | 475.0 | 470.0 | 6.0 ± 2.0 | 6.0 | 4.0 | 469.0 ± 5.4 | 500 ± 0 | ≥ 475 on every seed | no |");
  });
});

test("a row is spelt out with every parameter of its algorithm", () => {
  const { params } = spelledOut(rows.find(({ name }) => name === "ppo-pendulum")!);
  expect(params).toMatchObject({ batchSize: 64, epochs: 10, gaeLambda: 0.95, useSde: true, gamma: 0.9 });
});

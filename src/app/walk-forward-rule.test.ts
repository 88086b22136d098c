import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readTrials } from "../evaluation/index.ts";
import { csvOf, standingClock, temporaryFolders, walkDataSet } from "./testing/tiny.ts";
import { type RuleWalkRequest, walkForwardRule } from "./walk-forward-rule.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const cwd = folders.fresh();
writeFileSync(join(cwd, "walk.csv"), csvOf(walkDataSet(1, 700).bars));
const request: RuleWalkRequest = {
  strategy: "moving-average-cross",
  data: "walk.csv",
  param: ["fast=2", "5", "9", "slow=20", "40"], // As the command line splits them.
  folds: 4,
  anchored: false,
  embargo: 1,
  cash: 100_000,
  seed: 1,
  extensions: [],
};
const run = (change: Partial<RuleWalkRequest> = {}, home = folders.fresh()) =>
  walkForwardRule(
    { ...request, home, ...change },
    { cwd, clock: standingClock(), signal: new AbortController().signal, progress: () => {} },
  );

describe("a rule that is walked forward", () => {
  test("is told fold by fold and as one life, and each look goes into the ledger", async () => {
    const home = folders.fresh();
    const walk = await run({}, home);
    expect(walk.folds.map(({ test: { bars } }) => bars)).toEqual([87, 87, 87, 87]);
    expect(walk.folds.map(({ train: { bars } }) => bars)).toEqual([350, 350, 350, 350]);
    for (const [index, { train, test: judged }] of walk.folds.entries()) {
      expect(judged.from).toBeGreaterThan(train.to);
      if (index > 0) expect(judged.from).toBeGreaterThan(walk.folds[index - 1]!.test.to);
    }
    expect(walk.folds.at(-1)!.test.to).toBe(walk.stretch.to);
    const { trials } = readTrials(walk.ledger);
    expect(trials).toHaveLength(6 * (4 + 1) + 1);
    expect(walk.looks).toBe(trials.length);
    expect(trials.at(-1)).toMatchObject({ name: "moving-average-cross walked forward", bars: 348 });
    await run({}, home);
    expect(readTrials(walk.ledger).trials).toHaveLength(2 * trials.length);
  });

  test("anchored pasts begin with the first bar, and lengths are as asked for", async () => {
    const walk = await run({ anchored: true, testBars: 50, folds: 2, embargo: 5 });
    expect(walk.folds.map(({ train: { from, bars } }) => [from, bars])).toEqual([
      [walk.stretch.from, 595],
      [walk.stretch.from, 645],
    ]);
  });

  test("gives the same in threads", async () => {
    const [alone, two] = [await run({ threads: 1, folds: 1 }), await run({ threads: 2, folds: 1 })];
    expect({ ...two, ledger: "" }).toEqual({ ...alone, ledger: "" });
  });

  test.each<[Partial<RuleWalkRequest>, object]>([
    [{ folds: 400 }, { code: "data/too-short", path: "folds" }],
    [{ trainBars: 690 }, { code: "data/too-short" }],
    [{ strategy: "clairvoyance" }, { code: "usage/invalid-option", path: "strategy" }],
    [{ param: ["fast=0"] }, { code: "config/invalid", path: "param.fast" }],
  ])("%j is refused, and no look is taken", async (change, error) => {
    const home = folders.fresh();
    await expect(run(change, home)).rejects.toMatchObject(error);
    expect(readTrials(join(home, "trials.ndjson")).trials).toEqual([]);
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { PolicyExplanation } from "../evaluation/index.ts";
import { explainModel, ExplainSpec } from "./explain-model.ts";
import { judgeFor } from "./judge.ts";
import { loadTradingModel } from "./model.ts";
import { temporaryFolders, tinyExperiment, tinyModel, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
let model: string;
beforeAll(async () => void (model = await tinyModel(folders.fresh())));
afterAll(() => folders.remove());

const judge = judgeFor(tinyExperiment(), walkDataSet(3, 300).bars);
const rows = { from: 200, to: 300 };

test("a model is explained by what it observed, in its own names, and the same again", async () => {
  const explanation = await explainModel(model, judge, rows, { observations: 20, seed: 1 });
  expect(PolicyExplanation.parse(explanation)).toEqual(explanation);
  expect(explanation!.observations).toBe(20);
  expect(explanation!.inputs).toEqual([...(await loadTradingModel(model)).observer().names]);
  expect(await explainModel(model, judge, rows, { observations: 20, seed: 1 })).toEqual(explanation);
  expect((await explainModel(model, judge, rows, { observations: 1000, seed: 1 }))!.observations).toBe(100);
});

test("what it is explained by are the observations it decided by", async () => {
  const explanation = await explainModel(model, judge, rows, { observations: 100, seed: 1 });
  const { policy, observer } = await loadTradingModel(model);
  const watcher = observer();
  const { bars } = judge.stretch;
  const seen: number[][] = [];
  await judge.judge(
    {
      update: (bar) => watcher.update(bar),
      decide(account) {
        const observation = new Float32Array(watcher.size);
        watcher.observe(account, observation);
        seen.push(policy.explain(observation).probabilities!.map((value) => value));
        const action = new Float32Array(1);
        policy.decide(observation, 1, action);
        return watcher.act(action, account);
      },
    },
    rows,
  );
  expect([seen.length, bars.close.length]).toEqual([100, 300]);
  for (const { row, answer } of explanation!.attribution.decisions)
    seen[row]!.forEach((probability, output) => expect(answer[output]).toBeCloseTo(probability, 5));
});

test("none is asked for, none is made; some are by default", async () => {
  expect(await explainModel(model, judge, rows, { observations: 0, seed: 1 })).toBeNull();
  expect(ExplainSpec.parse({})).toEqual({ observations: 200 });
  expect(tinyExperiment()).not.toHaveProperty("explain"); // So that the hashes of older experiments stay.
});

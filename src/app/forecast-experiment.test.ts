import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert } from "../base/index.ts";
import { auditLookahead } from "./audit-lookahead.ts";
import { defineExperiment, type ExperimentInput } from "./experiment.ts";
import type { ForecastSpec } from "./experiment-learning.ts";
import { loadTradingModel } from "./model.ts";
import { runExperiment } from "./run-experiment.ts";
import { expectSeenAlike } from "./testing/seen-alike.ts";
import { standingClock, temporaryFolders, tinyExperiment, tinyJob, walkDataSet, withAnotherFuture } from "./testing/tiny.ts";
import { runTrainingJob, trainPolicy, type TrainingJob } from "./training-job.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const params = { window: 4, body: { kind: "none" }, hidden: [8], epochs: 3 };
const spec: ForecastSpec = { name: "tomorrow", train: 0.5, validation: 0.1, params, unseenOnly: true };
const dataSet = walkDataSet();
const { bars } = dataSet;
const job = (fields: Partial<TrainingJob> = {}): TrainingJob => tinyJob(folders.fresh(), { forecasts: [spec], ...fields });

describe("a forecast among the features", () => {
  let begun: TrainingJob;
  beforeAll(async () => {
    begun = job();
    await runTrainingJob(begun);
  });

  test("is a column like the others, of about their size, and saved with the model", async () => {
    const { pipeline, manifest, observer } = await loadTradingModel(begun.modelFolder);
    expect(pipeline.names.at(-1)).toBe("tomorrow");
    expect(observer().names).toContain("tomorrow");
    expect(readdirSync(join(begun.modelFolder, "forecast-0")).toSorted()).toEqual(["forecaster.onnx", "manifest.json"]);
    expect(manifest.trading.forecasts).toMatchObject([{ name: "tomorrow", folder: "forecast-0" }]);
    const { values, width, firstReady } = pipeline.batch(bars);
    expect(firstReady).toBe(pipeline.warmup);
    const column = Array.from({ length: 400 - firstReady }, (_, row) => values[(firstReady + row) * width + width - 1]!);
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length);
    expect(deviation).toBeGreaterThan(0.3);
    expect(deviation).toBeLessThan(3);
  });

  test("is seen in a session as in training, bit for bit", () => expectSeenAlike(begun.modelFolder, bars));

  test("leaves to the agent the bars that it has not learned from, unless told otherwise", async () => {
    const { market } = await trainPolicy({ ...begun, totalSteps: 128 });
    expect(market!.learned).toEqual({ from: 240, to: 400 }); // Half for learning, a tenth for stopping.
    const all = await trainPolicy({ ...begun, totalSteps: 128, forecasts: [{ ...spec, unseenOnly: false }] });
    expect(all.market!.learned).toEqual({ from: 0, to: 400 });
  });

  test("comes of the first part of the training stretch alone", async () => {
    const { market } = await trainPolicy({ ...begun, totalSteps: 128, features: [{ indicator: "log-return" }] });
    expect(market!.forecasts[0]!.forecaster.facts.target).toEqual(targetOf(200));
  });

  /** Mean and deviation of the returns that a forecaster of so many bars, with a window of 4 behind a feature that is ready at 1, learns from. */
  function targetOf(to: number) {
    const returns: number[] = [];
    for (let row = 4; row < to - 1; row++) returns.push(Math.log(bars.close[row + 1]! / bars.close[row]!));
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length;
    return { mean, deviation: Math.sqrt(variance) };
  }

  test("stopped while it is trained and resumed gives the same", async () => {
    const place = folders.fresh();
    const again = job({ checkpoint: { folder: join(place, "checkpoint"), everySteps: 128 }, modelFolder: join(place, "model") });
    const stop = new AbortController();
    const messages: string[] = [];
    const onStage = (message: string) => {
      messages.push(message);
      stop.abort();
    };
    expect((await runTrainingJob(again, { signal: stop.signal, onStage })).interrupted).toBe(true);
    expect(messages).toEqual([expect.stringMatching(/forecast-0: epoch 1, explains .* % of the variance in validation/)]);
    const resumed = await runTrainingJob({ ...again, resume: true });
    const whole = await runTrainingJob(job());
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
  });

  test("of another forecaster than the model's is damage", async () => {
    const [copy, other] = [folders.fresh(), job({ seed: 2 })];
    cpSync(begun.modelFolder, copy, { recursive: true });
    await runTrainingJob(other);
    cpSync(join(other.modelFolder, "forecast-0"), join(copy, "forecast-0"), { recursive: true });
    await expect(loadTradingModel(copy)).rejects.toMatchObject({ code: "model/invalid" });
    const path = join(begun.modelFolder, "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8")) as { trading: { forecasts: { mean: number }[] } };
    manifest.trading.forecasts[0]!.mean += 1e-9;
    const moved = folders.fresh();
    cpSync(begun.modelFolder, moved, { recursive: true });
    writeFileSync(join(moved, "manifest.json"), JSON.stringify(manifest));
    await expect(loadTradingModel(moved)).rejects.toMatchObject({ code: "model/schema-mismatch" });
  });

  test("named as a feature is, is refused", async () => {
    await expect(runTrainingJob(job({ forecasts: [spec, spec] }))).rejects.toMatchObject({ code: "config/invalid", path: "features" });
  });
});

test("the look-ahead audit looks at forecasts too", async () => {
  const experiment = tinyExperiment({ forecasts: [spec] });
  const { subjects, passed } = await auditLookahead(experiment, walkDataSet(1, 120).bars, { rounds: 1 });
  expect(subjects.filter(({ findings }) => findings.length > 0)).toEqual([]);
  expect(passed).toBe(true);
  expect(subjects.some(({ kind, name }) => kind === "pipeline" && name === "tiny with tomorrow")).toBe(true);
});

describe("an experiment with a forecast", () => {
  const input: ExperimentInput = { seeds: [1], walkForward: { folds: 0 }, forecasts: [spec] };
  const run = async (data = dataSet) => {
    const outcome = await runExperiment({
      experiment: tinyExperiment(input),
      dataSet: data,
      folder: folders.fresh(),
      clock: standingClock(),
    });
    assert(outcome, "nothing stopped it");
    return outcome.report;
  };

  test("shows it in the report, and has learned nothing of what comes after its training", async () => {
    const [here, there] = [await run(), await run(withAnotherFuture(dataSet, 240))];
    expect(here.observation!.features).toContain("tomorrow");
    expect(there.seeds[0]!.weightsSha256).toBe(here.seeds[0]!.weightsSha256);
    expect(there.seeds[0]!.test).not.toEqual(here.seeds[0]!.test);
  });

  test.each<[string, unknown, string]>([
    ["a wrong parameter", [{ params: { windows: 3 } }], "forecasts.0.params.windows"],
    ["more than all bars", [{ train: 0.8, validation: 0.3 }], "forecasts.0"],
    ["none", [], "forecasts"],
  ])("with %s is refused", (_, forecasts, path) => {
    expect(() => defineExperiment({ forecasts } as ExperimentInput)).toThrow(
      expect.objectContaining({ code: "config/invalid", path: `experiment.${path}` }),
    );
  });
});

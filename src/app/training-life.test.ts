import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert, systemClock } from "../base/index.ts";
import { renderReportHtml } from "../evaluation/index.ts";
import { openLab } from "../lab/index.ts";
import { loadWeights } from "../rl/index.ts";
import { builtIn } from "./extensions.ts";
import { judgeFor } from "./judge.ts";
import { openServices } from "./local-services.ts";
import { loadTradingModel } from "./model.ts";
import { runExperiment } from "./run-experiment.ts";
import type { TrainingPoint } from "./services.ts";
import { standingClock, temporaryFolders, tinyExperiment, tinyJob, walkDataSet, withAnotherFuture } from "./testing/tiny.ts";
import { startExperiment } from "./train-experiment.ts";
import { runTrainingJob, type TrainingJob, type TrainingResult } from "./training-job.ts";
import { thinned } from "./training-watch.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const training = { evaluateEvery: 256, validation: 0.25, episodes: 4, keepBest: true };
const { bars } = walkDataSet();
const heldOutFrom = bars.close.length - bars.close.length * training.validation;

/** A job that learns fast enough to get worse again. */
const job = (fields: Partial<TrainingJob> = {}): TrainingJob =>
  tinyJob(folders.fresh(), {
    totalSteps: 2048,
    algorithm: { name: "ppo", params: { nSteps: 32, batchSize: 64, epochs: 4, hidden: [8], learningRate: 0.01 } },
    training,
    ...fields,
  });
const trained = async (fields: Partial<TrainingJob> = {}) => {
  const own = job(fields);
  return { ...own, ...(await runTrainingJob(own)) };
};

describe("evaluation on the way", () => {
  let first: TrainingJob & TrainingResult;
  beforeAll(async () => {
    first = await trained();
  });

  test("is of bars held out at the end of training, as often as was asked", () => {
    expect(first.evaluations.map(({ steps }) => steps)).toEqual([256, 512, 768, 1024, 1280, 1536, 1792, 2048]);
    expect(first.evaluations.every(({ episodes }) => episodes === 4)).toBe(true);
    const svg = readFileSync(join(first.modelFolder, "..", "learning-curve.svg"), "utf8");
    for (const text of ["environment steps", "training", "evaluation ± 1 standard deviation"]) expect(svg).toContain(text);
  });

  test("leaves the policy that did best, and the last one where that is asked for", async () => {
    const best = first.evaluations.reduce((found, each) => (each.meanReturn > found.meanReturn ? each : found));
    expect(best.steps, "the best is not the last, or this test shows nothing").toBeLessThan(2048);
    const until = await trained({ totalSteps: best.steps, training: { ...training, keepBest: false } });
    expect(first.weightsSha256).toBe(until.weightsSha256);
    expect((await loadTradingModel(first.modelFolder)).manifest).toMatchObject({ selection: best });
    const last = await trained({ training: { ...training, keepBest: false } });
    expect(last.weightsSha256).not.toBe(first.weightsSha256);
  });

  test("learns nothing from the bars that it is held on", async () => {
    const other = withAnotherFuture(walkDataSet(), heldOutFrom).bars;
    const last = { ...training, keepBest: false };
    const [here, there] = [await trained({ training: last }), await trained({ training: last, bars: other })];
    expect(there.weightsSha256).toBe(here.weightsSha256);
    expect(there.evaluations).not.toEqual(here.evaluations);
    const { manifest } = await loadTradingModel(here.modelFolder);
    expect((await loadTradingModel(there.modelFolder)).manifest.trading.scaler).toEqual(manifest.trading.scaler);
  });

  test("ends training once it is good enough, or has not got better for long enough", async () => {
    const target = await trained({ training: { ...training, targetReturn: -1e9 } });
    expect([target.interrupted, target.steps, target.evaluations.length]).toEqual([false, 256, 1]);
    const patient = await trained({ totalSteps: 20_480, training: { ...training, patience: 2 } });
    expect(patient.steps).toBeLessThan(20_480);
    const returns = patient.evaluations.map(({ meanReturn }) => meanReturn);
    expect(returns.indexOf(Math.max(...returns))).toBe(returns.length - 3);
  });

  test("stopped and resumed gives the same", async () => {
    const place = folders.fresh();
    const checkpoint = { folder: join(place, "checkpoint"), everySteps: 512 };
    const stop = new AbortController();
    const begun = job({ checkpoint, modelFolder: join(place, "model") });
    const watch = { signal: stop.signal, onProgress: ({ steps }: { steps: number }) => steps >= 1024 && stop.abort() };
    expect((await runTrainingJob(begun, watch)).interrupted).toBe(true);
    const resumed = await runTrainingJob({ ...begun, resume: true });
    expect(resumed.weightsSha256).toBe(first.weightsSha256);
    expect(resumed.evaluations).toEqual(first.evaluations);
  });

  test("with too little to hold out is told by name", async () => {
    await expect(trained({ training: { ...training, validation: 0.001 } })).rejects.toMatchObject({
      code: "data/too-short",
      path: "experiment.training.validation",
    });
  });
});

describe("a run with evaluations", () => {
  const experiment = tinyExperiment({ seeds: [1], walkForward: { folds: 0 }, training: { ...training, evaluateEvery: 128 } });

  test("tells the terminal, files them, draws them in the report, and serves them to one who comes late", async () => {
    const home = folders.home();
    const lab = await openLab(home.lab, systemClock);
    const [lines, heard]: [string[], TrainingPoint[]] = [[], []];
    const onProgress = ({ message }: { message: string }) => void lines.push(message);
    const { run, finished } = await startExperiment({
      experiment,
      dataSet: walkDataSet(),
      lab,
      home,
      clock: systemClock,
      onProgress,
      onPoint: (point) => heard.push(point),
    });
    const { report } = await finished;
    expect(
      lines.some((line) => /seed-1 .*evaluated -?\d/.test(line)),
      lines.join("\n"),
    ).toBe(true);
    const filed = await lab.runs.points(run.id);
    expect(filed).toEqual(heard);
    expect(filed.map(({ steps, evaluationReturn }) => [steps, evaluationReturn !== undefined])).toEqual(
      [128, 256, 384, 512].map((steps) => [steps, true]),
    );
    assert(report, "the run ended");
    expect(report.trainingCurves[0]!.evaluations!.map(({ meanReturn }) => meanReturn)).toEqual(
      filed.map(({ evaluationReturn }) => evaluationReturn),
    );
    expect(report.experiment.training).toEqual(experiment.training);
    const page = renderReportHtml(report);
    for (const text of ["Learning curve", "evaluation ± 1 standard deviation", "environment steps"]) expect(page).toContain(text);
    await lab.close();

    const services = await openServices({ home, clock: systemClock, version: "0" });
    expect(await services.training(run.id)).toEqual(filed);
    await expect(services.training("nobody")).rejects.toMatchObject({ code: "run/not-found" });
    await services.close();
  });
});

test("of long training a page is sent some points, among them every evaluation and the last", () => {
  const point = (seed: number, steps: number): TrainingPoint => ({
    runId: "a",
    seed,
    steps,
    totalSteps: 5000,
    stepsPerSecond: 1,
    returnMean: null,
    approxKl: null,
    entropy: null,
    policyLoss: 0,
    valueLoss: 0,
    explainedVariance: null,
    ...(steps % 777 === 0 && { evaluationReturn: steps }),
  });
  const points = [1, 2].flatMap((seed) => Array.from({ length: seed === 1 ? 4999 : 10 }, (_, index) => point(seed, index + 1)));
  const sent = thinned(points);
  const first = sent.filter(({ seed }) => seed === 1).map(({ steps }) => steps);
  expect(first.length).toBeLessThan(1010);
  expect(first).toEqual(first.toSorted((left, right) => left - right));
  expect(first).toEqual(expect.arrayContaining([1, 777, 1554, 2331, 3108, 3885, 4662, 4999]));
  expect(sent.filter(({ seed }) => seed === 2)).toHaveLength(10);
});

test("a seed that ends early is told as ended, to the terminal and to the dashboard", async () => {
  const home = folders.home();
  const lab = await openLab(home.lab, systemClock);
  const experiment = tinyExperiment({
    seeds: [1, 2],
    totalSteps: 4096,
    walkForward: { folds: 0 },
    training: { ...training, evaluateEvery: 128, targetReturn: -1e9 },
  });
  const fractions: number[] = [];
  const heard: TrainingPoint[] = [];
  const { run, finished } = await startExperiment({
    experiment,
    dataSet: walkDataSet(),
    lab,
    home,
    clock: systemClock,
    onProgress: ({ stage, fraction }) => stage === "train" && fractions.push(fraction),
    onPoint: (point) => heard.push(point),
  });
  await finished;
  for (const own of [1, 2])
    expect(heard.filter(({ seed }) => seed === own).map(({ steps, totalSteps }) => [steps, totalSteps])).toEqual([
      [128, 4096],
      [128, 128],
    ]);
  expect((await lab.runs.points(run.id)).map(({ totalSteps }) => totalSteps)).toEqual([128, 128]);
  expect(Math.max(...fractions)).toBeLessThanOrEqual(1);
  await lab.close();
});

describe("a warm start", () => {
  let base: TrainingJob & TrainingResult;
  const still = { name: "ppo", params: { nSteps: 32, batchSize: 64, epochs: 1, hidden: [8], learningRate: 1e-12 } };
  const numbersOf = (folder: string) => Object.entries(loadWeights(folder).tensors).map(([name, { data }]) => [name, [...data]]);
  beforeAll(async () => {
    base = await trained();
  });

  const dataSet = walkDataSet();
  const run = (fields: Parameters<typeof tinyExperiment>[0]) =>
    runExperiment({
      experiment: tinyExperiment({ seeds: [1], walkForward: { folds: 0 }, ...fields }),
      dataSet,
      folder: folders.fresh(),
      clock: standingClock(),
    });

  test("from a model begins with its weights", async () => {
    const from = { folder: base.modelFolder, allowPartial: false };
    const warm = await trained({ algorithm: still, totalSteps: 128, initialWeights: from });
    expect(numbersOf(warm.modelFolder)).toEqual(numbersOf(base.modelFolder));
    const cold = await trained({ algorithm: still, totalSteps: 128 });
    expect(numbersOf(cold.modelFolder)).not.toEqual(numbersOf(base.modelFolder));
  });

  test("in an experiment is of a model that has seen nothing of what is judged", async () => {
    await expect(run({ initialWeights: { from: base.modelFolder } })).rejects.toMatchObject({
      code: "config/invalid",
      path: "experiment.initialWeights.from",
      message: expect.stringMatching(/seed-1 is judged on bars after/) as string,
    });
    const early = await trained({ bars: { ...bars, ...sliceOf(240) } });
    const outcome = await run({ initialWeights: { from: early.modelFolder }, algorithm: still });
    assert(outcome, "nothing stopped it");
    expect(numbersOf(outcome.modelFolder)).toEqual(numbersOf(early.modelFolder));
    const manifest = JSON.parse(readFileSync(join(outcome.modelFolder, "manifest.json"), "utf8")) as { begunWith: object };
    expect(manifest.begunWith).toEqual({ [early.modelFolder]: early.weightsSha256 });
  });

  const sliceOf = (to: number) => ({
    closeTime: bars.closeTime.slice(0, to),
    open: bars.open.slice(0, to),
    high: bars.high.slice(0, to),
    low: bars.low.slice(0, to),
    close: bars.close.slice(0, to),
    volume: bars.volume.slice(0, to),
  });

  test("from nowhere, or from another network, is a mistake that is told", async () => {
    await expect(run({ initialWeights: { from: "nobody" } })).rejects.toMatchObject({ code: "model/not-found" });
    const from = { folder: base.modelFolder, allowPartial: false };
    const wider = { name: "ppo", params: { ...still.params, hidden: [9] } };
    await expect(trained({ algorithm: wider, initialWeights: from })).rejects.toMatchObject({ code: "config/invalid" });
  });

  const strategy = { name: "moving-average-cross", params: { fast: 1, slow: 5 } };
  /** Share of the bars on which a model holds what the strategy holds. */
  const agreement = async (folder: string) => {
    const { manifest, agent } = await loadTradingModel(folder);
    const judge = judgeFor({ environment: manifest.trading.environment }, bars);
    const rows = { from: 20, to: bars.close.length };
    const rule = builtIn.strategies["moving-average-cross"]!.agent({ fast: 1, slow: 5, allowShort: false });
    const [ours, theirs] = [await judge.judge(agent(), rows), await judge.judge(rule, rows)];
    const same = ours.points.filter(({ exposure }, index) => Math.abs(exposure - theirs.points[index]!.exposure) < 0.25);
    return same.length / ours.points.length;
  };
  // What the rule looks at is among the features, so that it can be learned.
  const features = [{ indicator: "sma", params: { period: 5 } }];

  test("from a strategy does what it does, and goes on from there", async () => {
    const teacher = { strategy, steps: 2000, passes: 30, params: {} };
    const cloned = await trained({ features, algorithm: still, totalSteps: 128, teacher });
    expect(await agreement(cloned.modelFolder)).toBeGreaterThan(0.9);
    expect(await agreement((await trained({ features, algorithm: still, totalSteps: 128 })).modelFolder)).toBeLessThan(0.7);

    // A model teaches one that sees other features than itself.
    const pupil = [{ indicator: "ema", params: { period: 5 } }, ...features];
    const taught = { folder: cloned.modelFolder, steps: 2000, passes: 30, params: {} };
    const heir = await trained({ features: pupil, algorithm: still, totalSteps: 128, teacher: taught });
    expect(await agreement(heir.modelFolder)).toBeGreaterThan(0.85);
  });

  test("of SAC from a strategy, over numbers", async () => {
    const environment = { ...base.environment, environment: { name: "single-asset", params: { actions: "target-position" } } };
    const sac = { name: "sac", params: { hidden: [16, 16], learningStarts: 1000 } };
    const teacher = { strategy, steps: 1000, passes: 40, params: { learningRate: 3e-3 } };
    const cloned = await trained({ features, environment, algorithm: sac, totalSteps: 64, teacher });
    expect(await agreement(cloned.modelFolder)).toBeGreaterThan(0.85);
  });

  test("that is all there is: behaviour cloning alone needs a teacher and takes one", async () => {
    const algorithm = { name: "behaviour-cloning", params: { hidden: [8], epochs: 10 } };
    const teacher = { strategy, steps: 2000, passes: 1, params: {} };
    const { modelFolder } = await trained({ features, algorithm, totalSteps: 6000, teacher });
    expect(await agreement(modelFolder)).toBeGreaterThan(0.9);
    await expect(trained({ features, algorithm })).rejects.toMatchObject({ code: "config/invalid", path: "teacher" });
  });

  test("of an algorithm that cannot imitate is refused", async () => {
    const td3 = { name: "td3", params: {} };
    const environment = { ...base.environment, environment: { name: "single-asset", params: { actions: "target-position" } } };
    const teacher = { strategy, steps: 10, passes: 1, params: {} };
    await expect(trained({ environment, algorithm: td3, teacher })).rejects.toMatchObject({ path: "experiment.teacher" });
  });
});

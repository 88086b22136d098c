import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert, systemClock } from "../base/index.ts";
import { openStore } from "../data/index.ts";
import { renderReportHtml } from "../evaluation/index.ts";
import { openLab } from "../lab/index.ts";
import type { Combined } from "../rl/index.ts";
import { policyAgent } from "../trading/index.ts";
import type { ExperimentInput } from "./experiment.ts";
import { defineExperiment } from "./experiment.ts";
import { judgeFor } from "./judge.ts";
import { openServices } from "./local-services.ts";
import { loadTradingModel } from "./model.ts";
import { runExperiment } from "./run-experiment.ts";
import { standingClock, temporaryFolders, tinyExperiment, tinyJob, tinyModel, walkDataSet, withAnotherFuture } from "./testing/tiny.ts";
import { startExperiment } from "./train-experiment.ts";
import { runTrainingJob, type TrainingJob } from "./training-job.ts";
import type { Membership, WatchedProgress } from "./training-task.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const dataSet = walkDataSet();
const { bars } = dataSet;
const a2c = { name: "a2c", params: { nSteps: 16, hidden: [8] } };
const forecast = { train: 0.6, validation: 0.2, sensitivity: 20, params: { body: { kind: "none" }, hidden: [8], epochs: 3 } };
const membership = (fields: Partial<Membership> = {}): Membership => ({
  kind: "mean",
  params: {},
  members: [{}, { algorithm: a2c, totalSteps: 256 }, { forecast }],
  controller: { totalSteps: 256 },
  ...fields,
});
const job = (ensemble: Membership, fields: Partial<TrainingJob> = {}): TrainingJob => tinyJob(folders.fresh(), { ensemble, ...fields });

async function trained(ensemble: Membership, fields: Partial<TrainingJob> = {}) {
  const own = job(ensemble, fields);
  const result = await runTrainingJob(own);
  return { ...own, ...result, model: await loadTradingModel(own.modelFolder) };
}

/** How much each member has to say about an observation. */
const weigh = ({ policy }: { policy: unknown }, observation: Float32Array): number[] => (policy as Combined).weigh(observation);

describe("an ensemble", () => {
  test.each(["mean", "vote", "switching", "gate"])("of the kind %s is trained, saved, and loaded as any model", async (kind) => {
    const { model, curve, modelFolder, weightsSha256, steps } = await trained(membership({ kind }));
    const parts = ["member-0", "member-1", "member-2", ...(kind === "gate" ? ["controller"] : [])];
    for (const part of parts) expect(existsSync(join(modelFolder, part, "policy.onnx")), part).toBe(true);
    expect(model.manifest.policy.weightsSha256).toBe(weightsSha256);
    const planned = kind === "gate" ? 1024 : 768;
    expect([steps, curve.at(-1)!.totalSteps]).toEqual([planned, planned]);
    expect(curve.map((progress) => progress.steps)).toEqual(
      curve.map((progress) => progress.steps).toSorted((left, right) => left - right),
    );
    const weights = weigh(model, new Float32Array(model.policy.observationSize));
    expect(weights).toHaveLength(3);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    const { metrics } = await judgeFor({ environment: model.manifest.trading.environment }, bars).judge(model.agent(), {
      from: 20,
      to: 400,
    });
    expect(metrics.sharpe === null || Number.isFinite(metrics.sharpe)).toBe(true);
  });

  test("gives its members dice of their own, and the same ones again", async () => {
    const twins = membership({ members: [{}, {}] });
    const [one, again] = [await trained(twins), await trained(twins)];
    expect(again.weightsSha256).toBe(one.weightsSha256);
    const shas = [0, 1].map((index) => {
      const path = join(one.modelFolder, `member-${index}`, "manifest.json");
      return (JSON.parse(readFileSync(path, "utf8")) as { policy: { weightsSha256: string } }).policy.weightsSha256;
    });
    expect(shas[0]).not.toBe(shas[1]);
    const alone = tinyJob(folders.fresh());
    expect((await runTrainingJob(alone)).weightsSha256, "the first is what would be trained alone").toBe(shas[0]);
  });

  test("that switches has the member with the best Sharpe ratio on bars that none has learned from", async () => {
    const switching = membership({ kind: "switching", members: [{}, { algorithm: a2c }, { algorithm: a2c }] });
    const { model, modelFolder } = await trained(switching);
    const rows = { from: 320, to: 400 }; // The last fifth.
    const scores: number[] = [];
    for (const index of [0, 1, 2]) {
      const member = await loadMember(modelFolder, index);
      const judged = await judgeFor({ environment: model.manifest.trading.environment }, bars).judge(member, rows);
      scores.push(judged.metrics.sharpe ?? -Infinity);
    }
    const best = scores.indexOf(Math.max(...scores));
    expect(weigh(model, new Float32Array(model.policy.observationSize))).toEqual([0, 1, 2].map((index) => Number(index === best)));

    const told = await trained({ ...switching, params: { active: (best + 1) % 3 } });
    expect(weigh(told.model, new Float32Array(model.policy.observationSize))[(best + 1) % 3]).toBe(1);
    const elsewhere = await trained(switching, { bars: withAnotherFuture(dataSet, 320).bars });
    expect(memberHashes(elsewhere.modelFolder), "what is compared on is not learned from").toEqual(memberHashes(modelFolder));
  });

  const memberHashes = (folder: string) =>
    [0, 1, 2].map((index) => readFileSync(join(folder, `member-${index}`, "policy.onnx")).toString("base64"));

  /** One member, which trades as the ensemble would with it alone. */
  async function loadMember(folder: string, active: number) {
    const { policy, observer } = await loadTradingModel(folder);
    return policyAgent(observer(), (policy as unknown as Combined).members[active]!);
  }

  test("stopped in its second member and resumed gives the same", async () => {
    const gate = membership({ kind: "gate" });
    const whole = await trained(gate);
    const place = folders.fresh();
    const begun = job(gate, { checkpoint: { folder: join(place, "checkpoint"), everySteps: 128 }, modelFolder: join(place, "model") });
    const stop = new AbortController();
    const seen: WatchedProgress[] = [];
    const onProgress = (progress: WatchedProgress) => {
      seen.push(progress);
      if (progress.part === "member-1") stop.abort();
    };
    expect((await runTrainingJob(begun, { signal: stop.signal, onProgress })).interrupted).toBe(true);
    expect(existsSync(begun.modelFolder)).toBe(false);
    expect(new Set(seen.map(({ part }) => part))).toEqual(new Set(["member-0", "member-1"]));
    const resumed = await runTrainingJob({ ...begun, resume: true });
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(resumed.curve.map(({ steps }) => steps)).toEqual(whole.curve.map(({ steps }) => steps));
  });

  test("with a member that remembers cannot be weighed by a gate, which is told", async () => {
    const recurrent = { name: "recurrent-ppo", params: { nSteps: 16, sequenceLength: 16, memorySize: 4, hidden: [8] } };
    await expect(trained(membership({ kind: "gate", members: [{}, { algorithm: recurrent }] }))).rejects.toMatchObject({
      code: "config/invalid",
      path: "members",
    });
  });
});

describe("an experiment with an ensemble", () => {
  const input = (fields: ExperimentInput = {}): ExperimentInput => ({
    seeds: [1],
    walkForward: { folds: 0 },
    ensemble: { kind: "mean", members: [{}, { algorithm: a2c }] },
    ...fields,
  });

  test("registers it, serves it and paper-trades it", async () => {
    const home = folders.home();
    await openStore(home.data).put("walk", dataSet);
    const lab = await openLab(home.lab, systemClock);
    const { report, model, run } = await (
      await startExperiment({ experiment: tinyExperiment(input()), dataSet, lab, home, clock: systemClock })
    ).finished;
    assert(report && model, "the run ended");
    expect(run.algorithm).toBe("ensemble-mean");
    expect(report.algorithm).toMatchObject({ name: "ensemble-mean", totalSteps: 1024 });
    expect(report.trainingCurves[0]!.parts).toEqual([
      { name: "member-0", from: 0 },
      { name: "member-1", from: 512 },
    ]);
    expect(renderReportHtml(report)).toContain("Trained one after the other: member-0 from step 0, member-1 from step 512.");
    expect(model).toMatchObject({ id: "tiny@1", algorithm: "ensemble-mean", weightsSha256: report.seeds[0]!.weightsSha256 });
    const { folder } = await lab.models.load("tiny");
    await lab.close();
    const services = await openServices({ home, clock: systemClock, version: "0" });
    const { probabilities } = await services.predict({ model: "tiny", observation: Array(model.observationSize).fill(0) as number[] });
    expect(probabilities!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    const session = await services.startSession({ model: "tiny", barsPerSecond: 1000 });
    expect(session.modelId).toBe("tiny@1");
    await services.close();

    rmSync(join(folder, "member-1", "policy.onnx"));
    await expect(loadTradingModel(folder)).rejects.toMatchObject({ code: "model/invalid" });
    const damaged = await openLab(home.lab, systemClock);
    await expect(damaged.models.load("tiny")).rejects.toMatchObject({ code: "model/invalid" });
    await damaged.close();
  });

  describe("of models", () => {
    let early: string;
    const stretch = 240;
    beforeAll(async () => {
      const cut = Object.fromEntries(
        (["closeTime", "open", "high", "low", "close", "volume"] as const).map((column) => [column, bars[column].slice(0, stretch)]),
      );
      early = await tinyModel(folders.fresh(), { bars: { ...bars, ...cut } });
    });
    const run = (fields: ExperimentInput) =>
      runExperiment({ experiment: tinyExperiment(input(fields)), dataSet, folder: folders.fresh(), clock: standingClock() });

    test("that have been trained before takes them as they are", async () => {
      const outcome = await run({ ensemble: { kind: "mean", members: [{ model: early }, {}] } });
      assert(outcome, "nothing stopped it");
      expect(readFileSync(join(outcome.modelFolder, "member-0", "policy.onnx"))).toEqual(readFileSync(join(early, "policy.onnx")));
    });

    test("that know what a fold is judged on are refused before anything is trained", async () => {
      const folds = run({ walkForward: { folds: 2 }, ensemble: { kind: "mean", members: [{ model: early }, {}] } });
      await expect(folds).rejects.toMatchObject({ code: "config/invalid", path: "experiment.ensemble.members.0.model" });
    });
  });

  test.each<[string, unknown, string]>([
    ["an unknown kind", { kind: "quorum", members: [{}, {}] }, "ensemble.kind"],
    ["one member", { kind: "mean", members: [{}] }, "ensemble.members"],
    ["a member that is two things", { kind: "mean", members: [{}, { model: "demo", algorithm: { name: "ppo" } }] }, "ensemble.members.1"],
    ["an unknown algorithm", { kind: "mean", members: [{}, { algorithm: { name: "ppoo" } }] }, "ensemble.members.1.algorithm.name"],
    ["a misspelt parameter", { kind: "mean", members: [{}, {}], params: { share: [1, 2] } }, "ensemble.params.share"],
    [
      "a wrong parameter of a forecaster",
      { kind: "mean", members: [{}, { forecast: { params: { epochs: 0 } } }] },
      "ensemble.members.1.forecast.params.epochs",
    ],
  ])("with %s is refused", (_, ensemble, path) => {
    const written = { ensemble } as ExperimentInput;
    expect(() => defineExperiment(written)).toThrow(expect.objectContaining({ code: "config/invalid", path: `experiment.${path}` }));
  });

  test("and a warm start besides is refused: its members are trained from nothing", () => {
    const written = input({ initialWeights: { from: "demo" } });
    expect(() => defineExperiment(written)).toThrow(expect.objectContaining({ path: "experiment.initialWeights" }));
  });
});

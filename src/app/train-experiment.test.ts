import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../base/index.ts";
import { openStore } from "../data/index.ts";
import { Report, reportHash } from "../evaluation/index.ts";
import { type Lab, openLab } from "../lab/index.ts";
import { openDataSet } from "./data-sets.ts";
import type { Home } from "./home.ts";
import type { TrainingPoint } from "./services.ts";
import { temporaryFolders, tinyExperiment, tinyModel, walkDataSet } from "./testing/tiny.ts";
import { dataSetOf, experimentOf, runFolder, startExperiment, type TrainOptions, unseenStretch } from "./train-experiment.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const dataSet = walkDataSet();
const brief = tinyExperiment({ seeds: [1], walkForward: { folds: 0 } });
let home: Home;
let lab: Lab;
beforeEach(async () => {
  home = folders.home();
  lab = await openLab(home.lab, systemClock);
});
afterEach(() => lab.close());

const start = (options: Partial<TrainOptions> = {}) =>
  startExperiment({ experiment: brief, dataSet, lab, home, clock: systemClock, ...options });

/** A run that is stopped at its first progress report. */
async function stoppedRun(experiment = tinyExperiment({ seeds: [1], totalSteps: 16_384, walkForward: { folds: 0 } })) {
  const stop = new AbortController();
  const { finished } = await start({ experiment, signal: stop.signal, onProgress: () => stop.abort() });
  return { experiment, ...(await finished) };
}

test("a run is filed at once, and when it has ended with its verdict, its reports and its model", async () => {
  const seen: string[] = [];
  const points: TrainingPoint[] = [];
  const { run, finished } = await start({ onRun: ({ status }) => seen.push(status), onPoint: (point) => points.push(point) });
  expect(run).toMatchObject({ name: "tiny", status: "running", synthetic: true, symbol: dataSet.bars.instrument.symbol });
  const { run: ended, report, model } = await finished;
  expect(seen).toEqual(["running", "finished"]);
  expect(ended).toMatchObject({
    id: run.id,
    status: "finished",
    headline: report!.verdict.headline,
    metrics: report!.strategies[0]!.metrics,
  });
  expect(model).toMatchObject({ id: "tiny@1", runId: run.id, weightsSha256: report!.seeds[0]!.weightsSha256 });
  expect(points.at(-1)).toMatchObject({ runId: run.id, seed: 1, steps: 512, totalSteps: 512 });

  const artifacts = await lab.runs.artifacts(run.id);
  expect(Object.keys(artifacts)).toEqual(["report.html", "report.json", "report.md"]);
  expect(Report.parse(JSON.parse(readFileSync(artifacts["report.json"]!, "utf8")))).toEqual(report);
  expect(readFileSync(artifacts["report.html"]!, "utf8")).toMatch(/synthetic/i);
  const seed = join(runFolder(home, run.id), "training", "seed-1");
  expect(readFileSync(join(seed, "learning-curve.svg"), "utf8")).toContain("<title>seed-1</title>");
  expect(readdirSync(join(seed, "tensorboard"))).toEqual([expect.stringContaining("tfevents")]);
  expect(experimentOf(home, run.id)).toEqual(brief);
  const { manifest } = await lab.models.load("tiny");
  expect(manifest).toMatchObject({
    runId: run.id,
    evaluation: { headline: report!.verdict.headline },
    data: { contentHash: dataSet.contentHash, synthetic: true },
  });
});

test("the stretch that a model never saw is its test stretch, as long as the data are the same", async () => {
  const store = openStore(home.data);
  await store.put("walk", dataSet);
  const { run, finished } = await start();
  await finished;
  expect((await unseenStretch(run.id, home)).rows).toEqual({ from: 300, to: 400 });
  await store.put("walk", walkDataSet(2));
  await expect(unseenStretch(run.id, home)).rejects.toMatchObject({ code: "data/corrupt", path: "walk" });
  await expect(unseenStretch(null, home)).rejects.toMatchObject({ code: "session/conflict" });
  await expect(unseenStretch("nobody", home)).rejects.toMatchObject({ code: "run/not-found" });
});

test("a run keeps the version of stored bars that it began with, whatever the name means later", async () => {
  const store = openStore(home.data);
  await store.put("walk", dataSet);
  const opened = await openDataSet("walk", home);
  const stop = new AbortController();
  const { run, finished } = await start({ dataSet: opened, signal: stop.signal, onProgress: () => stop.abort() });
  await finished;
  for (let seed = 2; seed < 7; seed++) await store.put("walk", walkDataSet(seed, 50));
  await store.compact("walk");
  const again = await dataSetOf(home, run.id);
  expect([again.contentHash, again.bars.close]).toEqual([dataSet.contentHash, dataSet.bars.close]);
  expect((await store.versions("walk")).map(({ pinnedBy }) => pinnedBy)).toEqual([[], [`run ${run.id}`]]);
});

test("a run that has no report yet has no unseen stretch", async () => {
  const { run } = await stoppedRun();
  await expect(unseenStretch(run.id, home)).rejects.toMatchObject({ code: "run/not-found" });
});

test("a run that fails is filed as failed with the reason, and leaves neither report nor model", async () => {
  const { run, finished } = await start({ dataSet: walkDataSet(1, 12) });
  await expect(finished).rejects.toMatchObject({ code: "data/too-short" });
  const filed = await lab.runs.get(run.id);
  expect(filed.status).toBe("failed");
  expect(filed.message).toMatch(/bars|rows/);
  expect(await lab.models.list()).toEqual([]);
  expect(readdirSync(runFolder(home, run.id)).filter((name) => name.startsWith("report"))).toEqual([]);
});

test("a run that is stopped is filed as stopped, and resumed gives what an uninterrupted one gives", async () => {
  const { run, report, model, experiment } = await stoppedRun();
  expect({ status: run.status, report, model }).toEqual({ status: "stopped", report: null, model: null });
  const resumed = await (await start({ experiment, resume: run })).finished;
  const whole = await (await start({ experiment })).finished;
  expect(resumed.run).toMatchObject({ id: run.id, status: "finished", message: null });
  expect(reportHash(resumed.report!)).toBe(reportHash(whole.report!));
});

test("stopped while it is judged it is stopped, not failed", async () => {
  const stop = new AbortController();
  const { finished } = await start({ signal: stop.signal, onProgress: ({ stage }) => stage === "evaluate" && stop.abort() });
  const { run } = await finished;
  expect(run).toMatchObject({ status: "stopped", message: expect.stringContaining("resumed") as string });
  expect((await (await start({ resume: run })).finished).run.status).toBe("finished");
});

test("only a run that was stopped or failed is resumed", async () => {
  const { run, finished } = await start();
  await expect(start({ resume: run })).rejects.toMatchObject({
    code: "session/conflict",
    message: expect.stringContaining("running") as string,
  });
  const ended = await finished;
  await expect(start({ resume: ended.run })).rejects.toMatchObject({
    code: "session/conflict",
    message: expect.stringContaining("finished") as string,
  });
  expect(await lab.models.list()).toHaveLength(1);
});

test("a run is not resumed on other data than it began with", async () => {
  const { run, experiment } = await stoppedRun();
  await expect(start({ experiment, resume: run, dataSet: walkDataSet(2) })).rejects.toMatchObject({ code: "data/corrupt" });
  expect((await lab.runs.get(run.id)).status).toBe("stopped");
  expect(existsSync(join(runFolder(home, run.id), "training", "seed-1", "checkpoint")), "what there is stays").toBe(true);
});

test("a run whose folder is gone is told as such", async () => {
  const { run } = await stoppedRun();
  rmSync(runFolder(home, run.id), { recursive: true });
  expect(() => experimentOf(home, run.id)).toThrow(expect.objectContaining({ code: "run/not-found" }) as Error);
});

test("a run is not resumed with other extensions or other models than it began with", async () => {
  const folder = folders.fresh();
  const path = join(folder, "mine.mjs");
  const extension = (size: number) => `export default { name: "mine", params: {}, start: () => (step) => ${size} * step.logReturn };`;
  writeFileSync(path, extension(1));
  const base = await tinyModel(folder, { bars: walkDataSet(1, 200).bars });
  const { run, experiment } = await stoppedRun(
    tinyExperiment({
      seeds: [1],
      totalSteps: 16_384,
      walkForward: { folds: 0 },
      extensions: [path],
      environment: { reward: { name: "mine" }, episode: { maxSteps: 60 } },
      initialWeights: { from: base },
    }),
  );
  writeFileSync(path, extension(2));
  await expect(start({ experiment, resume: run })).rejects.toMatchObject({ code: "extension/changed", path });
  writeFileSync(path, extension(1));
  await tinyModel(folder, { bars: walkDataSet(1, 200).bars, seed: 9 });
  await expect(start({ experiment, resume: run })).rejects.toMatchObject({ code: "session/conflict", path: base });
  await tinyModel(folder, { bars: walkDataSet(1, 200).bars });
  const { finished } = await start({ experiment, resume: run });
  expect((await finished).run.status).toBe("finished");
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Clock, type OnProgress, parse, UserError, writeFileWhole } from "../base/index.ts";
import { Report } from "../evaluation/index.ts";
import type { Lab, ModelRecord, RunRecord } from "../lab/index.ts";
import { type DataSet, openDataSet, pinDataSet } from "./data-sets.ts";
import { type Experiment, parseExperiment } from "./experiment.ts";
import { algorithmOf } from "./experiment-report.ts";
import { ExtensionFile, loadExtensions } from "./extensions.ts";
import type { Home } from "./home.ts";
import type { Rows } from "./judge.ts";
import { HashedFile, hashedFiles, refuseOtherFiles } from "./known-columns.ts";
import { findModels, refuseOtherModels, ReferredModel, type ReferredModels } from "./model-references.ts";
import { runExperiment } from "./run-experiment.ts";
import { writeReport } from "./report-files.ts";
import type { TrainingPoint } from "./services.ts";
import { watchTraining } from "./training-watch.ts";

/** A run on its way: its record at once, and what becomes of it later. */
export interface StartedRun {
  readonly run: RunRecord;
  /** Resolves when the run has ended; rejects with what broke it, after the run was filed as failed. */
  readonly finished: Promise<FinishedRun>;
}

/** A run that has ended. `report` and `model` are null when it was stopped before its end. */
export interface FinishedRun {
  readonly run: RunRecord;
  readonly report: Report | null;
  readonly model: ModelRecord | null;
}

/** An experiment with its data, where it is filed, and how it is watched. */
export interface TrainOptions {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly lab: Lab;
  readonly home: Home;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Where folders of models that the experiment names are looked for; the working folder unless given. */
  readonly cwd?: string;
  /** A run that was stopped: its experiment goes on where it stood. */
  readonly resume?: RunRecord;
  readonly onProgress?: OnProgress;
  readonly onPoint?: (point: TrainingPoint) => void;
  readonly onRun?: (run: RunRecord) => void;
}

/** The folder of a run: `experiment.json`, `data.json`, `inputs.json`, `report.json`, `report.html`, `report.md` and what was trained. */
export const runFolder = (home: Home, runId: string): string => join(home.runs, runId);

/** The experiment of an earlier run. */
export const experimentOf = (home: Home, runId: string): Experiment => parseExperiment(readRunFile(home, runId, "experiment.json"));

/** What a run was begun with, so that it can be had again. */
const BegunWith = z.strictObject({ reference: z.string(), contentHash: z.string() });

/** The data of an earlier run, wherever they were read from; other data by now are `data/corrupt`. */
export async function dataSetOf(home: Home, runId: string): Promise<DataSet> {
  const { reference } = begunWith(home, runId);
  const dataSet = await openDataSet(reference, home);
  refuseOtherData(dataSet, home, runId);
  return dataSet;
}

const begunWith = (home: Home, runId: string) => parse(BegunWith, readRunFile(home, runId, "data.json"), "data", "data/corrupt");

function refuseOtherData({ contentHash }: DataSet, home: Home, runId: string): void {
  const begun = begunWith(home, runId);
  if (contentHash === begun.contentHash) return;
  throw new UserError("data/corrupt", `${begun.reference} is no longer what run ${runId} began with`, {
    path: begun.reference,
    hint: "Restore the data, or start a new run.",
  });
}

/** What a run was begun with besides data: models of others, and files of extensions. */
const Inputs = z.strictObject({
  models: z.record(z.string(), ReferredModel),
  extensions: z.array(ExtensionFile),
  files: z.array(HashedFile).default([]),
});

/** Looks up what an experiment begins with; where a run is resumed it must still be what it was. */
async function inputsOf({ experiment, lab, home, cwd, resume }: TrainOptions): Promise<z.output<typeof Inputs>> {
  if (!resume) {
    const { files } = await loadExtensions(experiment.extensions, cwd);
    return { models: await findModels(experiment, lab, cwd), extensions: [...files], files: await hashedFiles(experiment, cwd ?? ".") };
  }
  const inputs = parse(Inputs, readRunFile(home, resume.id, "inputs.json"), "inputs", "data/corrupt");
  await loadExtensions(inputs.extensions); // Refuses files that have changed.
  await refuseOtherModels(inputs.models, resume.id);
  await refuseOtherFiles(inputs.files, resume.id);
  return inputs;
}

function readRunFile(home: Home, runId: string, file: string): unknown {
  const path = join(runFolder(home, runId), file);
  if (!existsSync(path))
    throw new UserError("run/not-found", `run ${runId} has left no ${file}`, { path, hint: '"tradewind runs" lists the runs.' });
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The bars that a run's model never saw: its test stretch. The data must still be those of the run. */
export async function unseenStretch(runId: string | null, home: Home): Promise<{ readonly dataSet: DataSet; readonly rows: Rows }> {
  if (runId === null)
    throw new UserError("session/conflict", "the model does not say which run it comes from", {
      path: "model",
      hint: "Name bars that it has not seen with --replay.",
    });
  const report = parse(Report, readRunFile(home, runId, "report.json"), "report", "data/corrupt");
  const dataSet = await dataSetOf(home, runId);
  const rows = dataSet.bars.close.length;
  return { dataSet, rows: { from: rows - report.split.test.bars, to: rows } };
}

/** Files a run, then trains, judges, writes the reports and registers the chosen model under the experiment's name. */
export async function startExperiment(options: TrainOptions): Promise<StartedRun> {
  const { experiment, dataSet, lab, home, resume } = options;
  const { bars, synthetic, contentHash } = dataSet;
  if (resume) await refuseUnlessResumable(options, resume.id);
  const inputs = await inputsOf(options);
  const filed = { name: experiment.name, symbol: bars.instrument.symbol, synthetic, algorithm: algorithmOf(experiment).name };
  const run = resume ?? (await lab.runs.create(filed));
  const folder = runFolder(home, run.id);
  writeFileWhole(join(folder, "experiment.json"), `${JSON.stringify(experiment, null, 2)}\n`);
  const reference = await pinDataSet(dataSet, home, `run ${run.id}`);
  writeFileWhole(join(folder, "data.json"), `${JSON.stringify({ reference, contentHash })}\n`);
  writeFileWhole(join(folder, "inputs.json"), `${JSON.stringify(inputs)}\n`);
  const running = resume ? await lab.runs.update(run.id, { status: "running", message: null }) : run;
  options.onRun?.(running);
  return { run: running, finished: finish(running, folder, inputs.models, options) };
}

/** A run goes on only from rest, and only on the data that it began with: half of the seeds must not see other bars. */
async function refuseUnlessResumable({ dataSet, lab, home }: TrainOptions, runId: string): Promise<void> {
  const { status } = await lab.runs.get(runId);
  if (status === "running" || status === "finished") {
    throw new UserError("session/conflict", `run ${runId} is ${status}`, {
      path: runId,
      hint: "Only a run that was stopped or that failed can be resumed.",
    });
  }
  refuseOtherData(dataSet, home, runId);
}

const stoppedMessage = "stopped before its end; it can be resumed";

async function finish(run: RunRecord, folder: string, models: ReferredModels, options: TrainOptions): Promise<FinishedRun> {
  const { experiment, dataSet, lab, clock, signal, onProgress, onRun, resume } = options;
  const watching = watchTraining(run.id, options);
  const ended = async (change: Parameters<Lab["runs"]["update"]>[1]) => {
    await watching.filed();
    const record = await lab.runs.update(run.id, change);
    onRun?.(record);
    return record;
  };
  try {
    const outcome = await runExperiment({
      experiment,
      dataSet,
      folder,
      clock,
      resume: resume !== undefined,
      models,
      ledger: options.home.trials,
      onTraining: watching.onTraining,
      onStage: watching.onStage,
      onTrained: watching.onTrained,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    if (outcome === null) return { run: await ended({ status: "stopped", message: stoppedMessage }), report: null, model: null };
    const { report, modelFolder } = outcome;
    writeReport(folder, report);
    for (const file of ["report.json", "report.html", "report.md"]) await lab.runs.addArtifact(run.id, file, join(folder, file));
    describeModel(modelFolder, run.id, report);
    const model = await lab.models.register(modelFolder, experiment.name);
    const { metrics } = report.strategies[0]!;
    return { run: await ended({ status: "finished", headline: report.verdict.headline, metrics }), report, model };
  } catch (error) {
    if (signal?.aborted && error === signal.reason)
      return { run: await ended({ status: "stopped", message: stoppedMessage }), report: null, model: null };
    await ended({ status: "failed", message: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/** Adds to a model's manifest where it comes from and how it did on data it never saw. */
function describeModel(folder: string, runId: string, { verdict, strategies, data, split, experimentHash }: Report): void {
  const path = join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  const evaluation = { headline: verdict.headline, skill: verdict.skill, test: split.test, metrics: strategies[0]!.metrics };
  const lineage = { experimentHash, contentHash: data.contentHash, synthetic: data.synthetic, lineage: data.lineage };
  writeFileWhole(path, `${JSON.stringify({ ...manifest, runId, data: lineage, evaluation }, null, 2)}\n`);
}

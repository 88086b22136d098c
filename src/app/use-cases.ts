import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type Clock, parse, type Progress, UserError } from "../base/index.ts";
import type { Report } from "../evaluation/index.ts";
import { type Lab, type ModelRecord, openLab, type RunRecord } from "../lab/index.ts";
import { RiskSpec } from "../risk/index.ts";
import { auditLearning, type LearningAudit } from "./audit-learning.ts";
import { auditLookahead, type LookaheadAudit } from "./audit-lookahead.ts";
import { openDataSet } from "./data-sets.ts";
import { defineExperiment, type Experiment, type ExperimentInput } from "./experiment.ts";
import { readExperiment } from "./experiment-file.ts";
import { type Home, homeAt } from "./home.ts";
import type { LocalServices } from "./local-services.ts";
import { writeReport } from "./report-files.ts";
import { dataSetOf, experimentOf, runFolder, startExperiment } from "./train-experiment.ts";

/** What a command hands to a use case: where it stands, its clock, and how it is watched and stopped. */
export interface Situation {
  readonly cwd: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

interface Asked {
  readonly home?: string | undefined;
}

/** An experiment file with what the command line says on top. */
async function experimentFrom(
  {
    experiment: file,
    data,
    steps,
    seeds,
  }: {
    readonly experiment?: string | undefined;
    readonly data?: string | undefined;
    readonly steps?: number | undefined;
    readonly seeds?: readonly number[];
  },
  cwd: string,
): Promise<Experiment> {
  const written = await readExperiment(file, cwd);
  const said: ExperimentInput = {
    ...(data !== undefined && { data }),
    ...(steps !== undefined && { totalSteps: steps, walkForward: { ...written.walkForward, totalSteps: steps } }),
    ...(steps !== undefined && written.crossValidation && { crossValidation: { ...written.crossValidation, totalSteps: steps } }),
    ...(seeds !== undefined && seeds.length > 0 && { seeds: [...seeds] }),
  };
  return defineExperiment({ ...written, ...said });
}

/** What training gave; report and model are null when it was stopped. */
export interface TrainedRun {
  readonly run: RunRecord;
  readonly report: Report | null;
  readonly model: ModelRecord | null;
  readonly folder: string;
}

/** Opens a home's lab for a piece of work and closes it after. */
export async function withLab<Result>(home: Home, clock: Clock, work: (lab: Lab) => Promise<Result>): Promise<Result> {
  const lab = await openLab(home.lab, clock);
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

/** Trains and judges an experiment, or goes on with a run that was stopped. */
export async function train(
  request: Asked & Parameters<typeof experimentFrom>[0] & { readonly resume?: string | undefined },
  { cwd, clock, signal, progress }: Situation,
): Promise<TrainedRun> {
  refuseChangesToResumed(request);
  const home = homeAt(cwd, request.home);
  return withLab(home, clock, async (lab) => {
    const resume = request.resume === undefined ? undefined : await lab.runs.get(request.resume);
    const experiment = resume ? experimentOf(home, resume.id) : await experimentFrom(request, cwd);
    const dataSet = await (resume ? dataSetOf(home, resume.id) : openDataSet(experiment.data, home, cwd));
    const { finished } = await startExperiment({
      experiment,
      dataSet,
      lab,
      home,
      clock,
      signal,
      cwd,
      onProgress: progress,
      ...(resume && { resume }),
    });
    const { run, report, model } = await finished;
    return { run, report, model, folder: runFolder(home, run.id) };
  });
}

/** A run goes on with the experiment it began with: to say otherwise and be ignored would be worse than to be refused. */
function refuseChangesToResumed({ resume, experiment, data, steps, seeds = [] }: Parameters<typeof train>[0]): void {
  if (resume === undefined || (experiment === undefined && data === undefined && steps === undefined && seeds.length === 0)) return;
  throw new UserError("usage/invalid-option", "--resume goes on with the run's own experiment, and takes no other", {
    path: "--resume",
    hint: "Leave out the experiment, --data, --steps and --seeds, or train anew without --resume.",
  });
}

/** What the demo made: words to print, and where the rest is. Headline and model are null when it was stopped. */
export interface DemoResult {
  readonly run: string;
  readonly model: string | null;
  readonly headline: string | null;
  readonly sentences: readonly string[];
  readonly synthetic: boolean;
  readonly out: string;
}

/** The default experiment on one data set; its report is written to `out`, too. */
export async function demo(
  {
    data,
    steps,
    seeds,
    out,
  }: { readonly data: string; readonly steps?: number | undefined; readonly seeds: readonly number[]; readonly out: string },
  services: LocalServices,
  { cwd, progress, signal }: Situation,
): Promise<DemoResult> {
  const experiment = defineExperiment({ ...(await experimentFrom({ data, steps, seeds }, cwd)), name: "demo" });
  const dataSet = await openDataSet(experiment.data, services.home, cwd);
  const { finished } = await services.train(experiment, dataSet, { onProgress: progress, signal, cwd });
  const { run, report, model } = await finished;
  if (report === null) return { run: run.id, model: null, headline: null, sentences: [], synthetic: dataSet.synthetic, out };
  writeReport(out, report);
  const { headline, sentences } = report.verdict;
  return { run: run.id, model: model!.id, headline, sentences, synthetic: dataSet.synthetic, out };
}

/** All runs, newest first. */
export const listRuns = ({ home, cwd, clock }: Asked & Pick<Situation, "cwd" | "clock">): Promise<readonly RunRecord[]> =>
  withLab(homeAt(cwd, home), clock, (lab) => lab.runs.list());

/** All models, newest first. */
export const listModels = ({ home, cwd, clock }: Asked & Pick<Situation, "cwd" | "clock">): Promise<readonly ModelRecord[]> =>
  withLab(homeAt(cwd, home), clock, (lab) => lab.models.list());

/** Risk rules from a JSON file. */
export function readRisk(file: string, cwd: string): RiskSpec {
  const path = resolve(cwd, file);
  try {
    return parse(RiskSpec, JSON.parse(readFileSync(path, "utf8")), basename(file));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("config/unreadable", `the risk rules ${path} cannot be read: ${(error as Error).message}`, {
      path,
      hint: 'Give JSON such as [{"rule":"max-drawdown","params":{"maxDrawdown":0.2}}].',
      cause: error,
    });
  }
}

/** The look-ahead audit of an experiment's features and environment, and of all that are built in. */
export async function runLookaheadAudit(
  request: Asked & Pick<Parameters<typeof experimentFrom>[0], "experiment" | "data"> & { readonly rounds: number; readonly seed: number },
  { cwd, signal, progress }: Situation,
): Promise<LookaheadAudit> {
  const experiment = await experimentFrom(request, cwd);
  const { bars } = await openDataSet(experiment.data, homeAt(cwd, request.home), cwd);
  const { rounds, seed } = request;
  return auditLookahead(experiment, bars, {
    rounds,
    seed,
    signal,
    onStage: (message, fraction) => progress({ stage: "audit", fraction, message }),
  });
}

/** The positive control and the negative one. */
export async function runLearningAudit(
  request: Asked &
    Pick<Parameters<typeof experimentFrom>[0], "experiment" | "data"> & {
      readonly steps: number;
      readonly seeds: readonly number[];
      readonly walks: number;
      readonly walkSteps: number;
    },
  { cwd, signal, progress }: Situation,
): Promise<LearningAudit> {
  const experiment = await experimentFrom({ experiment: request.experiment, data: request.data }, cwd);
  const bars = request.data === undefined ? undefined : (await openDataSet(request.data, homeAt(cwd, request.home), cwd)).bars;
  const { steps, seeds, walks, walkSteps } = request;
  const onStage = (message: string, fraction: number) => progress({ stage: "audit", fraction, message });
  return auditLearning({ experiment, steps, seeds, walks, walkSteps, signal, onStage, ...(bars && { bars }) });
}

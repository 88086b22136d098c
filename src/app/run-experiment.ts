import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Clock, hashOf, type OnProgress, parseParams, UserError, writeFileWhole } from "../base/index.ts";
import { split, walkForward } from "../data/index.ts";
import { copyBars, sliceBars } from "../domain/index.ts";
import {
  type BacktestResult,
  buildReport,
  type FoldResult,
  readTrials,
  recordTrials,
  type Report,
  runBaselines,
  trialOf,
} from "../evaluation/index.ts";
import type { DataSet } from "./data-sets.ts";
import { type Experiment, parseExperiment } from "./experiment.ts";
import { blamed, describeFiles, type Extensions, loadExtensions } from "./extensions.ts";
import { describeKnown, type KnownFile, knownUntil, loadKnown } from "./known-columns.ts";
import { type Judge, judgeFor, type Rows, type Split } from "./judge.ts";
import { loadTradingModel } from "./model.ts";
import { findModels, type ReferredModels, refuseForeknowledge } from "./model-references.ts";
import { placedScenarios, stressTest } from "./stress-test.ts";
import type { TrainingJob, TrainingResult } from "./training-job.ts";
import { runTrainingJobs, type Watchers } from "./training-pool.ts";
import { plannedSteps } from "./training-task.ts";

/** What an experiment is run with. Everything it writes goes below `folder`; with `resume` it goes on with what is there. */
export interface ExperimentRun extends Watchers {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly folder: string;
  readonly clock: Clock;
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  /** The models that the experiment names; looked for as folders unless given. */
  readonly models?: ReferredModels;
  /** File of the trial ledger, into which every seed's look at the validation stretch is written; none unless given. */
  readonly ledger?: string;
  readonly onProgress?: OnProgress;
}

/** A run with what its experiment names. */
interface LookedUpRun extends ExperimentRun {
  readonly models: ReferredModels;
  readonly extensions: Extensions;
  readonly known: readonly KnownFile[];
}

/** A judged experiment: its report, and the model folder of the seed that validation chose. */
export interface ExperimentOutcome {
  readonly report: Report;
  readonly modelFolder: string;
}

interface Fold {
  readonly train: Rows;
  readonly test: Rows;
}

/** The bars between training and test of a fold: a decision on the last training bar still earns on the next one. */
const embargo = 1;

/** A decision and the bar on which it fills. */
const leastTestRows = 2;

/**
 * Trains every seed on the training stretch and every walk-forward fold on its past, chooses a seed by its validation Sharpe ratio,
 * and judges it on the test stretch beside the baselines. Gives `null` when the signal stopped it: run again with `resume`.
 */
export async function runExperiment(asked: ExperimentRun): Promise<ExperimentOutcome | null> {
  const run = await lookUp(asked);
  try {
    return await carryOut(run);
  } catch (error) {
    throw blamed(error, run.extensions.files);
  }
}

async function carryOut(run: LookedUpRun): Promise<ExperimentOutcome | null> {
  const { experiment, dataSet, folder, clock, signal, onProgress, extensions } = run;
  const { bars } = dataSet;
  const started = clock.now();
  if (run.ledger !== undefined) readTrials(run.ledger); // A damaged one is told before hours of training rather than after.
  const stretches = split(bars, experiment.split);
  const placed = placedScenarios(experiment, bars, stretches.test);
  const folds = foldsOf(experiment, bars.close.length, stretches);
  const seedJobs = experiment.seeds.map((seed) => jobFor(run, `seed-${seed}`, stretches.train, seed, experiment.totalSteps));
  const foldJobs = folds.map(({ train }, index) =>
    jobFor(run, `fold-${index + 1}`, train, experiment.seeds[0]!, experiment.walkForward.totalSteps),
  );

  const results = await trainAll([...seedJobs, ...foldJobs], run);
  if (results === null) return null;
  onProgress?.({ stage: "evaluate", fraction: 0, message: "judging every seed on data it never saw" });
  const judge = judgeFor(experiment, bars, signal);
  const others = await judgeBaselines(experiment, extensions, judge, stretches.test);
  const { seeds, validated } = await judgeSeeds(seedJobs, results, stretches, judge);
  rememberLooks(run, seeds, validated, stretches.validation);
  const chosen = seeds.findIndex((seed) => seed.chosen);
  const model = await loadTradingModel(seedJobs[chosen]!.modelFolder);
  const agent = await judge.judge(model.agent(), stretches.test);
  const baselines = await runBaselines({ ...judge.stretch, ...stretches.test, agent, seed: experiment.seeds[0]! });
  const compete = async (stressed: Judge) => ({
    "agent": await stressed.judge(model.agent(), stretches.test),
    "buy-and-hold": await stressed.buyAndHold(stretches.test),
    ...(await judgeBaselines(experiment, extensions, stressed, stretches.test)),
  });
  const calm = { agent, "buy-and-hold": baselines.buyAndHold, ...others };
  const stress = await stressTest(experiment, bars, placed, calm, compete, signal);
  const { size, schema, names } = model.observer();
  const report = buildReport({
    clock: { createdAt: new Date(started).toISOString(), durationMs: clock.now() - started },
    name: experiment.name,
    experiment: {
      ...experiment,
      ...(extensions.files.length > 0 && { extensions: describeFiles(extensions.files) }),
      ...describeKnown(run.known),
    },
    data: dataSet,
    split: stretches,
    costs: experiment.environment.costs,
    algorithm: algorithmOf(experiment),
    observation: { size, schema, features: [...names] },
    agent,
    baselines: { ...baselines, ...(others && { others }) },
    seeds,
    walkForward: await judgeFolds(foldJobs, folds, judge),
    trainingCurves: results.slice(0, seedJobs.length).map(curveOf),
    ...(stress && { stress }),
    ...(experiment.scenarios?.training && { trainedUnder: trainedUnderOf([...seedJobs, ...foldJobs], results) }),
    bootstrapSeed: experiment.seeds[0]!,
    resamples: experiment.resamples,
  });
  writeFileWhole(join(folder, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  onProgress?.({ stage: "evaluate", fraction: 1, message: report.verdict.headline });
  return { report, modelFolder: model.folder };
}

/** Finds the models and loads the extensions that an experiment names, and looks all its names up once more among them. */
async function lookUp(run: ExperimentRun): Promise<LookedUpRun> {
  const extensions = await loadExtensions(run.experiment.extensions);
  const experiment = parseExperiment(run.experiment, extensions);
  const known = await loadKnown(experiment, run.dataSet.bars.instrument.symbol, run.onProgress);
  return { ...run, experiment, extensions, known, models: run.models ?? (await findModels(experiment, undefined)) };
}

/** What trains the policy, as reports and lists name it. */
export function algorithmOf({ algorithm, ensemble, totalSteps }: Experiment): Report["algorithm"] {
  if (!ensemble) return { ...algorithm, totalSteps };
  const { kind, ...rest } = ensemble;
  return { name: `ensemble-${kind}`, params: rest, totalSteps: plannedSteps({ totalSteps, ensemble }) };
}

/** The experiment's own baselines over the test stretch, by name. */
async function judgeBaselines(
  { baselines }: Experiment,
  { strategies }: Extensions,
  judge: Judge,
  rows: Rows,
): Promise<Readonly<Record<string, BacktestResult>> | undefined> {
  if (!baselines) return undefined;
  const results: Record<string, BacktestResult> = {};
  for (const { name, params } of baselines) {
    const kind = strategies[name]!;
    const shown = [name, ...Object.values(params)].join(" ");
    results[shown] = await judge.judge(kind.agent(parseParams(kind.params, params, `experiment.baselines.${name}.params`)), rows);
  }
  return results;
}

/** Folds over the second half of the data, each trained on as many bars before it. */
function foldsOf({ walkForward: { folds } }: Experiment, rows: number, { train }: Split): Fold[] {
  if (folds === 0) return [];
  const testRows = Math.floor((rows - Math.floor(rows / 2)) / folds);
  if (testRows < leastTestRows) {
    throw new UserError("data/too-short", `${rows} bars are too few for ${folds} walk-forward folds`, {
      path: "experiment.walkForward.folds",
      hint: "Use more bars or fewer folds.",
    });
  }
  const trainRows = Math.min(train.to - train.from, rows - folds * testRows - embargo);
  return walkForward({ rows, folds, trainRows, testRows, embargo, anchored: false });
}

function jobFor(
  { experiment, dataSet: { bars }, folder, resume, models, extensions, known }: LookedUpRun,
  name: string,
  rows: Rows,
  seed: number,
  totalSteps: number,
): TrainingJob {
  const { features, environment, environments, algorithm, device, training, regimes, forecasts, scenarios } = experiment;
  const place = join(folder, "training", name);
  const lastClose = bars.closeTime[rows.to - 1]!;
  refuseForeknowledge(experiment, models, name, lastClose);
  return {
    name,
    bars: copyBars(sliceBars(bars, 0, rows.to)), // A copy: a view would carry the future along to the worker.
    from: rows.from,
    features,
    environment,
    environments,
    algorithm,
    totalSteps,
    seed,
    ...(device && { device }),
    ...(training && { training }),
    ...(known.length > 0 && { known: knownUntil(known, lastClose) }),
    ...(regimes && { regimes }),
    ...(forecasts && { forecasts }),
    ...(scenarios?.training && { scenarios: scenarios.training }),
    ...beginningOf(experiment, models),
    ...(extensions.files.length > 0 && { extensions: extensions.files }),
    modelFolder: join(place, "model"),
    checkpoint: { folder: join(place, "checkpoint"), everySteps: Math.ceil(totalSteps / 4) },
    resume: resume === true && existsSync(join(place, "checkpoint")),
    tensorboard: join(place, "tensorboard"),
  };
}

/** What of other models a job begins with. */
function beginningOf({ initialWeights, teacher, ensemble }: Experiment, models: ReferredModels): Partial<TrainingJob> {
  const folderOf = (name: string | undefined) => (name === undefined ? {} : { folder: models[name]!.folder });
  const weights = Object.entries(models).map(([name, { weightsSha256 }]) => [name, weightsSha256]);
  return {
    ...(initialWeights && { initialWeights: { folder: models[initialWeights.from]!.folder, allowPartial: initialWeights.allowPartial } }),
    ...(teacher && { teacher: { ...without(teacher), ...folderOf(teacher.model) } }),
    ...(ensemble && {
      ensemble: { ...ensemble, members: ensemble.members.map((member) => ({ ...without(member), ...folderOf(member.model) })) },
    }),
    ...(weights.length > 0 && { models: Object.fromEntries(weights) as Record<string, string> }),
  };
}

const without = <Part extends { readonly model?: string }>({ model: _, ...rest }: Part) => rest;

const resultFile = (job: TrainingJob): string => join(job.modelFolder, "..", "result.json");

/** Trains what has not been trained yet; null when the signal came before the end. */
async function trainAll(
  jobs: readonly TrainingJob[],
  { resume, folder, signal, onTraining, onStage, onTrained }: ExperimentRun,
): Promise<TrainingResult[] | null> {
  if (!resume) rmSync(join(folder, "training"), { recursive: true, force: true });
  const kept = new Map(
    jobs
      .filter((job) => existsSync(resultFile(job)))
      .map((job) => [job, JSON.parse(readFileSync(resultFile(job), "utf8")) as TrainingResult]),
  );
  const waiting = jobs.filter((job) => !kept.has(job));
  const fresh = await runTrainingJobs(waiting, {
    ...(signal && { signal }),
    ...(onTraining && { onTraining }),
    ...(onStage && { onStage }),
    ...(onTrained && { onTrained }),
  });
  for (const [index, job] of waiting.entries()) {
    const result = fresh[index];
    if (!result || result.interrupted) continue;
    writeFileWhole(resultFile(job), JSON.stringify(result));
    if (job.checkpoint) rmSync(job.checkpoint.folder, { recursive: true, force: true });
    kept.set(job, result);
  }
  const results = jobs.map((job) => kept.get(job));
  return results.every((result) => result !== undefined) ? results : null;
}

/** Every seed over the three stretches; the best validation Sharpe ratio is chosen, of equals the first. */
async function judgeSeeds(
  jobs: readonly TrainingJob[],
  results: readonly TrainingResult[],
  { train, validation, test }: Split,
  judge: Judge,
): Promise<{ readonly seeds: Report["seeds"]; readonly validated: readonly BacktestResult[] }> {
  const seeds: Report["seeds"] = [];
  const validated: BacktestResult[] = [];
  for (const [index, job] of jobs.entries()) {
    const model = await loadTradingModel(job.modelFolder);
    const metricsOver = async (rows: Rows) => (await judge.judge(model.agent(), rows)).metrics;
    validated.push(await judge.judge(model.agent(), validation));
    seeds.push({
      seed: job.seed,
      chosen: false,
      weightsSha256: results[index]!.weightsSha256,
      train: await metricsOver(train),
      validation: validated[index]!.metrics,
      test: await metricsOver(test),
    });
  }
  const best = Math.max(...seeds.map(({ validation: { sharpe } }) => sharpe ?? 0));
  const chosen = seeds.findIndex(({ validation: { sharpe } }) => (sharpe ?? 0) === best);
  return { seeds: seeds.map((seed, index) => ({ ...seed, chosen: index === chosen })), validated };
}

/** Writes down what every seed did on the data that chooses among them. */
function rememberLooks(
  { experiment, dataSet, clock, ledger, extensions }: LookedUpRun,
  seeds: Report["seeds"],
  validated: readonly BacktestResult[],
  { from, to }: Rows,
): void {
  if (ledger === undefined) return;
  const { name, seeds: _, ...tried } = experiment;
  const subject = hashOf({ ...tried, extensions: describeFiles(extensions.files) });
  const facts = { at: new Date(clock.now()).toISOString(), name, subject, data: dataSet.contentHash, rows: [from, to] as [number, number] };
  recordTrials(
    ledger,
    seeds.map(({ seed, weightsSha256 }, index) =>
      trialOf({ ...facts, params: { seed, weights: weightsSha256 } }, validated[index]!.returns),
    ),
  );
}

async function judgeFolds(jobs: readonly TrainingJob[], folds: readonly Fold[], judge: Judge): Promise<FoldResult[]> {
  const results: FoldResult[] = [];
  for (const [index, fold] of folds.entries()) {
    const model = await loadTradingModel(jobs[index]!.modelFolder);
    results.push({ ...fold, agent: await judge.judge(model.agent(), fold.test), buyAndHold: await judge.buyAndHold(fold.test) });
  }
  return results;
}

const trainedUnderOf = (jobs: readonly TrainingJob[], results: readonly TrainingResult[]): NonNullable<Report["trainedUnder"]> =>
  jobs.map(({ name }, index) => ({ training: name, variants: (results[index]!.trainedUnder ?? []).map((drawn) => [...drawn]) }));

function curveOf({ seed, curve, evaluations, parts }: TrainingResult): Report["trainingCurves"][number] {
  const column = <Name extends keyof TrainingResult["curve"][number]>(name: Name) => curve.map((point) => point[name]);
  return {
    seed,
    steps: column("steps"),
    episodeReturn: column("returnMean"),
    approxKl: column("approxKl"),
    entropy: column("entropy"),
    policyLoss: column("policyLoss"),
    valueLoss: column("valueLoss"),
    explainedVariance: column("explainedVariance"),
    ...(parts.length > 0 && { parts: [...parts] }),
    ...(evaluations.length > 0 && {
      evaluations: evaluations.map(({ steps, meanReturn, returnDeviation }) => ({ steps, meanReturn, returnDeviation })),
    }),
  };
}

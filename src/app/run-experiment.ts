import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Clock, type OnProgress, UserError, writeFileWhole } from "../base/index.ts";
import { split, walkForward } from "../data/index.ts";
import { copyBars, sliceBars } from "../domain/index.ts";
import { buildReport, type FoldResult, type Report, runBaselines } from "../evaluation/index.ts";
import type { DataSet } from "./data-sets.ts";
import type { Experiment } from "./experiment.ts";
import { type Judge, judgeFor, type Rows, type Split } from "./judge.ts";
import { loadTradingModel } from "./model.ts";
import type { TrainingJob, TrainingResult } from "./training-job.ts";
import { type OnTraining, runTrainingJobs } from "./training-pool.ts";

/** What an experiment is run with. Everything it writes goes below `folder`; with `resume` it goes on with what is there. */
export interface ExperimentRun {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly folder: string;
  readonly clock: Clock;
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  readonly onTraining?: OnTraining;
  readonly onProgress?: OnProgress;
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
export async function runExperiment(run: ExperimentRun): Promise<ExperimentOutcome | null> {
  const { experiment, dataSet, folder, clock, signal, onProgress } = run;
  const { bars } = dataSet;
  const started = clock.now();
  const stretches = split(bars, experiment.split);
  const folds = foldsOf(experiment, bars.close.length, stretches);
  const seedJobs = experiment.seeds.map((seed) => jobFor(run, `seed-${seed}`, stretches.train, seed, experiment.totalSteps));
  const foldJobs = folds.map(({ train }, index) =>
    jobFor(run, `fold-${index + 1}`, train, experiment.seeds[0]!, experiment.walkForward.totalSteps),
  );

  const results = await trainAll([...seedJobs, ...foldJobs], run);
  if (results === null) return null;
  onProgress?.({ stage: "evaluate", fraction: 0, message: "judging every seed on data it never saw" });
  const judge = judgeFor(experiment, bars, signal);
  const seeds = await judgeSeeds(seedJobs, results, stretches, judge);
  const chosen = seeds.findIndex((seed) => seed.chosen);
  const model = await loadTradingModel(seedJobs[chosen]!.modelFolder);
  const agent = await judge.judge(model.agent(), stretches.test);
  const { size, schema, names } = model.observer();
  const report = buildReport({
    clock: { createdAt: new Date(started).toISOString(), durationMs: clock.now() - started },
    name: experiment.name,
    experiment,
    data: dataSet,
    split: stretches,
    costs: experiment.environment.costs,
    algorithm: { ...experiment.algorithm, totalSteps: experiment.totalSteps },
    observation: { size, schema, features: [...names] },
    agent,
    baselines: await runBaselines({ ...judge.stretch, ...stretches.test, agent, seed: experiment.seeds[0]! }),
    seeds,
    walkForward: await judgeFolds(foldJobs, folds, judge),
    trainingCurves: results.slice(0, seedJobs.length).map(curveOf),
    bootstrapSeed: experiment.seeds[0]!,
    resamples: experiment.resamples,
  });
  writeFileWhole(join(folder, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  onProgress?.({ stage: "evaluate", fraction: 1, message: report.verdict.headline });
  return { report, modelFolder: model.folder };
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
  { experiment, dataSet: { bars }, folder, resume }: ExperimentRun,
  name: string,
  rows: Rows,
  seed: number,
  totalSteps: number,
): TrainingJob {
  const { features, environment, environments, algorithm, device } = experiment;
  const place = join(folder, "training", name);
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
    modelFolder: join(place, "model"),
    checkpoint: { folder: join(place, "checkpoint"), everySteps: Math.ceil(totalSteps / 4) },
    resume: resume === true && existsSync(join(place, "checkpoint")),
    tensorboard: join(place, "tensorboard"),
  };
}

const resultFile = (job: TrainingJob): string => join(job.modelFolder, "..", "result.json");

/** Trains what has not been trained yet; null when the signal came before the end. */
async function trainAll(
  jobs: readonly TrainingJob[],
  { resume, folder, signal, onTraining }: ExperimentRun,
): Promise<TrainingResult[] | null> {
  if (!resume) rmSync(join(folder, "training"), { recursive: true, force: true });
  const kept = new Map(
    jobs
      .filter((job) => existsSync(resultFile(job)))
      .map((job) => [job, JSON.parse(readFileSync(resultFile(job), "utf8")) as TrainingResult]),
  );
  const waiting = jobs.filter((job) => !kept.has(job));
  const fresh = await runTrainingJobs(waiting, { ...(signal && { signal }), ...(onTraining && { onTraining }) });
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
): Promise<Report["seeds"]> {
  const seeds: Report["seeds"] = [];
  for (const [index, job] of jobs.entries()) {
    const model = await loadTradingModel(job.modelFolder);
    const metricsOver = async (rows: Rows) => (await judge.judge(model.agent(), rows)).metrics;
    seeds.push({
      seed: job.seed,
      chosen: false,
      weightsSha256: results[index]!.weightsSha256,
      train: await metricsOver(train),
      validation: await metricsOver(validation),
      test: await metricsOver(test),
    });
  }
  const best = Math.max(...seeds.map(({ validation: { sharpe } }) => sharpe ?? 0));
  const chosen = seeds.findIndex(({ validation: { sharpe } }) => (sharpe ?? 0) === best);
  return seeds.map((seed, index) => ({ ...seed, chosen: index === chosen }));
}

async function judgeFolds(jobs: readonly TrainingJob[], folds: readonly Fold[], judge: Judge): Promise<FoldResult[]> {
  const results: FoldResult[] = [];
  for (const [index, fold] of folds.entries()) {
    const model = await loadTradingModel(jobs[index]!.modelFolder);
    results.push({ ...fold, agent: await judge.judge(model.agent(), fold.test), buyAndHold: await judge.buyAndHold(fold.test) });
  }
  return results;
}

function curveOf({ seed, curve }: TrainingResult): Report["trainingCurves"][number] {
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
  };
}

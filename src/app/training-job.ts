import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, writeFileWhole } from "../base/index.ts";
import type { Instrument } from "../domain/index.ts";
import type { EnvironmentSpecification } from "../env/index.ts";
import type { FeatureSpec, Regime, Scaler } from "../features/index.ts";
import type { ScenarioSpecification } from "../market/index.ts";
import { type Evaluation, learningCurveSvg, type Saveable, type TrainingProgress } from "../rl/index.ts";
import { kept, trainEnsemble } from "./ensemble-training.ts";
import { type ExtensionFile, loadExtensions } from "./extensions.ts";
import { type ForecastRecord, saveForecasts } from "./forecast-columns.ts";
import { cloneOf, demonstrationsOf } from "./imitation.ts";
import { type KnownRecord, recordsOf } from "./known-columns.ts";
import { type LearningMarket, openMarket } from "./learning-market.ts";
import { TrainingParts } from "./training-parts.ts";
import { plannedSteps, type TrainingTask, type Watch } from "./training-task.ts";

/** A task with a name and a folder where `policy.onnx` and `manifest.json` go. */
export interface TrainingJob extends TrainingTask {
  readonly name: string;
  readonly modelFolder: string;
  /** Models that it begins with, by name in the experiment, for the manifest. */
  readonly models?: Readonly<Record<string, string>>;
}

/** What a job leaves behind besides its model folder. */
export interface TrainingResult {
  readonly seed: number;
  readonly steps: number;
  readonly interrupted: boolean;
  readonly weightsSha256: string;
  readonly curve: readonly TrainingProgress[];
  readonly evaluations: readonly Evaluation[];
  /** Where the members of an ensemble begin among the steps. */
  readonly parts: readonly { readonly name: string; readonly from: number }[];
  /** What befell each version of the market that it was trained in, beside the calm one. */
  readonly trainedUnder?: readonly (readonly ScenarioSpecification[])[];
}

/** What a model must know to trade: how to see the market and what its actions mean there. */
export interface TradingManifest {
  readonly instrument: Instrument;
  readonly features: readonly FeatureSpec[];
  readonly scaler: Scaler;
  /** Files of dated values and news behind further features. */
  readonly known?: readonly KnownRecord[];
  readonly regimes?: readonly Regime[];
  /** Columns of features that forecasters beside the policy say. */
  readonly forecasts?: readonly ForecastRecord[];
  readonly environment: EnvironmentSpecification;
  /** Closing times in ms of the first and last training bar. */
  readonly trainedOn: { readonly from: number; readonly to: number; readonly bars: number };
  /** Files of the user's own extensions, which must be as they were. */
  readonly extensions?: readonly ExtensionFile[];
}

/** A task that was worked on: `made` is null where the signal came before its end. */
export interface Training {
  readonly made: Saveable | null;
  readonly market: LearningMarket | null;
  readonly parts: TrainingParts;
}

/** Trains a policy on the whole of its bars. All that is fitted to them is fitted on the training stretch, less what is held out of it. */
export async function trainPolicy(task: TrainingTask, watch: Watch = {}): Promise<Training> {
  const parts = new TrainingParts(task, watch, plannedSteps(task));
  const extensions = await loadExtensions(task.extensions);
  const market = await openMarket(task, extensions, watch);
  if (!market) return { made: null, market, parts };
  if (task.ensemble) return { made: await trainEnsemble(task.ensemble, { task, market, extensions, parts, watch }), market, parts };
  const { algorithm, totalSteps, seed, teacher } = task;
  const isCloning = algorithm.name === "behaviour-cloning";
  const cloned = teacher && !isCloning ? await cloneOf(teacher, task, market, extensions, watch) : undefined;
  if (cloned === null) return { made: null, market, parts };
  const agent = await parts.train({
    algorithm,
    totalSteps,
    seed,
    environment: market.environment(seed),
    evaluate: market.evaluate(seed),
    initialWeights: cloned ?? initialWeightsOf(task),
    teacher: teacher && isCloning ? await demonstrationsOf(teacher, task, market, extensions) : undefined,
  });
  return { made: agent.interrupted ? null : kept(agent, task), market, parts };
}

const initialWeightsOf = ({ initialWeights }: TrainingTask) =>
  initialWeights && { from: initialWeights.folder, allowPartial: initialWeights.allowPartial };

/** Trains and saves what a job asks for; what was interrupted leaves checkpoints and no model. */
export async function runTrainingJob(job: TrainingJob, watch: Watch = {}): Promise<TrainingResult> {
  const { made, market, parts } = await trainPolicy(job, watch);
  const { seed, modelFolder } = job;
  const { steps, curve, evaluations, starts } = parts;
  writeFileWhole(join(modelFolder, "..", "learning-curve.svg"), learningCurveSvg({ curve, evaluations }, job.name));
  if (!made) return { seed, steps, interrupted: true, weightsSha256: "", curve, evaluations, parts: starts };
  assert(market, "what was made was made in a market");
  const forecasts = saveForecasts(modelFolder, market.forecasts);
  const trading = tradingManifest(job, market, forecasts);
  const trainedUnder = job.scenarios && market.variants.map(({ scenarios }) => scenarios);
  const selection = job.training?.keepBest ? parts.agents.get("")?.best?.evaluation : undefined;
  made.save(modelFolder, {
    trading,
    ...(selection && { selection }),
    ...(job.models && { begunWith: job.models }),
    ...(trainedUnder && { trainedUnder }),
  });
  return {
    seed,
    steps,
    interrupted: false,
    weightsSha256: weightsOf(modelFolder),
    curve,
    evaluations,
    parts: starts,
    ...(trainedUnder && { trainedUnder }),
  };
}

function tradingManifest(
  { bars: { instrument, closeTime }, from, alongside = [], environment, extensions, known }: TrainingJob,
  { pipeline, scaler, regimes }: LearningMarket,
  forecasts: readonly ForecastRecord[],
): TradingManifest {
  return {
    instrument,
    features: pipeline.specification,
    scaler,
    ...(known && { known: recordsOf(known) }),
    ...(regimes.length > 0 && { regimes }),
    ...(forecasts.length > 0 && { forecasts }),
    environment,
    trainedOn: {
      from: Math.min(closeTime[from]!, ...alongside.map((other) => other.closeTime[0]!)),
      to: Math.max(closeTime.at(-1)!, ...alongside.map((other) => other.closeTime.at(-1)!)),
      bars: closeTime.length - from + alongside.reduce((sum, other) => sum + other.close.length, 0),
    },
    ...(extensions && extensions.length > 0 && { extensions }),
  };
}

/** The hash of the trained numbers, as the saved manifest has it. */
const weightsOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { policy: { weightsSha256: string } }).policy.weightsSha256;

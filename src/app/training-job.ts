import { join } from "node:path";
import { systemClock, writeFileWhole } from "../base/index.ts";
import type { Bars, Instrument } from "../domain/index.ts";
import { createVectorEnvironment, type EnvironmentSpecification } from "../env/index.ts";
import { type FeaturePipeline, featurePipeline, type FeatureSpec, fitScaler, scaled, type Scaler } from "../features/index.ts";
import type { Device } from "../graph/index.ts";
import { learningCurveSvg, train, type TrainedAgent, type TrainingProgress } from "../rl/index.ts";

/** What decides a policy. `bars` end where its training stretch ends, so there is nothing to peek at. */
export interface TrainingTask {
  readonly bars: Bars;
  /** First bar of the training stretch; earlier ones only warm the features up. */
  readonly from: number;
  readonly features: readonly FeatureSpec[];
  readonly environment: EnvironmentSpecification;
  readonly environments: number;
  readonly algorithm: { readonly name: string; readonly params: Record<string, unknown> };
  readonly totalSteps: number;
  readonly seed: number;
  /** Where networks are computed; the CPU unless given. */
  readonly device?: Device;
  /** Where training can be taken up again, and how often that is saved. */
  readonly checkpoint?: { readonly folder: string; readonly everySteps: number };
  readonly resume?: boolean;
  /** Where TensorBoard finds how it goes. */
  readonly tensorboard?: string;
}

/** A task with a name and a folder where `policy.onnx` and `manifest.json` go. */
export interface TrainingJob extends TrainingTask {
  readonly name: string;
  readonly modelFolder: string;
}

/** How training is watched and stopped. */
export interface Watch {
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a job leaves behind besides its model folder. */
export interface TrainingResult {
  readonly seed: number;
  readonly steps: number;
  readonly interrupted: boolean;
  readonly weightsSha256: string;
  readonly curve: readonly TrainingProgress[];
}

/** What a model must know to trade: how to see the market and what its actions mean there. */
export interface TradingManifest {
  readonly instrument: Instrument;
  readonly features: readonly FeatureSpec[];
  readonly scaler: Scaler;
  readonly environment: EnvironmentSpecification;
  /** Closing times in ms of the first and last training bar. */
  readonly trainedOn: { readonly from: number; readonly to: number; readonly bars: number };
}

/** Trains a policy on the whole of its bars. The pipeline's scaler is fitted on the training stretch alone. */
export async function trainAgent(
  task: TrainingTask,
  { onProgress, signal }: Watch = {},
): Promise<{ agent: TrainedAgent; pipeline: FeaturePipeline; scaler: Scaler }> {
  const { bars, from, features, environment, environments, algorithm, totalSteps, seed, checkpoint, tensorboard } = task;
  const rows = bars.close.length;
  const plain = featurePipeline(features);
  const scaler = fitScaler(plain.batch(bars), from, rows);
  const pipeline = scaled(plain, scaler);
  const market = createVectorEnvironment({
    ...environment,
    bars,
    features: pipeline.batch(bars),
    pipelineHash: pipeline.hash,
    from,
    to: rows,
    count: environments,
    seed,
  });
  const agent = await train({
    algorithm: algorithm.name,
    params: algorithm.params,
    environment: market,
    totalSteps,
    seed,
    clock: systemClock,
    ...(task.device && { device: task.device, onMessage: (message: string) => process.emitWarning(message) }),
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
    ...(checkpoint && { checkpoint }),
    ...(tensorboard !== undefined && { tensorboard }),
    ...(checkpoint && task.resume && { resumeFrom: checkpoint.folder }),
  });
  return { agent, pipeline, scaler };
}

/** Trains and saves what a job asks for; what was interrupted leaves a checkpoint and no model. */
export async function runTrainingJob(job: TrainingJob, watch: Watch = {}): Promise<TrainingResult> {
  const { agent, pipeline, scaler } = await trainAgent(job, watch);
  const { instrument, closeTime } = job.bars;
  const trading: TradingManifest = {
    instrument,
    features: pipeline.specification,
    scaler,
    environment: job.environment,
    trainedOn: { from: closeTime[job.from]!, to: closeTime.at(-1)!, bars: closeTime.length - job.from },
  };
  if (!agent.interrupted) agent.save(job.modelFolder, { trading });
  writeFileWhole(join(job.modelFolder, "..", "learning-curve.svg"), learningCurveSvg(agent, job.name));
  return { seed: job.seed, steps: agent.steps, interrupted: agent.interrupted, weightsSha256: agent.weightsSha256, curve: agent.curve };
}

import { systemClock } from "../base/index.ts";
import { type Bars, type Instrument, sliceBars } from "../domain/index.ts";
import { createVectorEnvironment, type EnvironmentSpecification } from "../env/index.ts";
import { featurePipeline, type FeatureSpec, fitScaler, scaled, type Scaler } from "../features/index.ts";
import { train, type TrainingProgress } from "../rl/index.ts";

/** One policy to train, with all that it may see: `bars` end where its training stretch ends, so there is nothing to peek at. */
export interface TrainingJob {
  readonly name: string;
  readonly bars: Bars;
  /** First bar of the training stretch; earlier ones only warm the features up. */
  readonly from: number;
  readonly features: readonly FeatureSpec[];
  readonly environment: EnvironmentSpecification;
  readonly environments: number;
  readonly algorithm: { readonly name: string; readonly params: Record<string, unknown> };
  readonly totalSteps: number;
  readonly seed: number;
  /** Where `policy.onnx` and `manifest.json` go. */
  readonly modelFolder: string;
  /** Where training can be taken up again; removed when it has finished. */
  readonly checkpoint?: { readonly folder: string; readonly everySteps: number };
  readonly resume?: boolean;
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

/** Trains one policy and saves it. The scaler is fitted on the training stretch alone and saved with it. */
export async function runTrainingJob(
  job: TrainingJob,
  { onProgress, signal }: { readonly onProgress?: (progress: TrainingProgress) => void; readonly signal?: AbortSignal },
): Promise<TrainingResult> {
  const { bars, from, features, environment, environments, algorithm, totalSteps, seed, modelFolder, checkpoint } = job;
  const rows = bars.close.length;
  const plain = featurePipeline(features);
  const scaler = fitScaler(plain.batch(bars), from, rows);
  const pipeline = scaled(plain, scaler);
  const market = createVectorEnvironment({ ...environment, bars, features: pipeline.batch(bars), pipelineHash: pipeline.hash, from, to: rows, count: environments, seed });
  const agent = await train({
    algorithm: algorithm.name,
    params: algorithm.params,
    environment: market,
    totalSteps,
    seed,
    clock: systemClock,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
    ...(checkpoint && { checkpoint }),
    ...(checkpoint && job.resume && { resumeFrom: checkpoint.folder }),
  });
  const stretch = sliceBars(bars, from, rows).closeTime;
  const trading: TradingManifest = {
    instrument: bars.instrument,
    features: pipeline.specification,
    scaler,
    environment,
    trainedOn: { from: stretch[0]!, to: stretch.at(-1)!, bars: stretch.length },
  };
  if (!agent.interrupted) agent.save(modelFolder, { trading });
  return { seed, steps: agent.steps, interrupted: agent.interrupted, weightsSha256: agent.weightsSha256, curve: agent.curve };
}

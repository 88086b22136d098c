import { UserError } from "../base/index.ts";
import { createVectorEnvironment, type TradingEnvironment, type VectorEnvironment } from "../env/index.ts";
import {
  type FeatureMatrix,
  featurePipeline,
  type FeaturePipeline,
  fitRegime,
  fitScaler,
  type Regime,
  scaled,
  type Scaler,
  withAsOf,
  withDerived,
  withRegimes,
} from "../features/index.ts";
import type { EvaluateOptions } from "../rl/index.ts";
import type { Extensions } from "./extensions.ts";
import { asColumn, derivedColumn, fitForecaster, type FittedForecast, stretchesOf } from "./forecast-columns.ts";
import type { Rows } from "./judge.ts";
import { knownColumns } from "./known-columns.ts";
import { drawVariants, type MarketVariant, spreadEnvironments, toldOf } from "./market-variants.ts";
import type { TrainingTask, Watch } from "./training-task.ts";

/** What the policies of a task see and trade in. Everything in it was fitted on the bars that are learned from. */
export interface LearningMarket {
  readonly pipeline: FeaturePipeline;
  readonly scaler: Scaler;
  readonly regimes: readonly Regime[];
  readonly forecasts: readonly FittedForecast[];
  /** Scaled features and regimes, without and with the columns of forecasts. */
  readonly plain: FeatureMatrix;
  readonly features: FeatureMatrix;
  /** Bars that are fitted to, and of these the ones that an agent learns from. */
  readonly fitted: Rows;
  readonly learned: Rows;
  /** Bars behind them that only evaluations see; none where nothing is held out. */
  readonly heldOut: Rows | null;
  /** Versions of the bars learned from that scenarios have befallen; none unless the task asks for them. */
  readonly variants: readonly MarketVariant[];
  /** Where an agent learns, in the calm market and its versions; a new one at each call. */
  environment(seed: number): VectorEnvironment;
  /** Environments over other rows of the bars. */
  over(rows: Rows, count: number, seed: number, episode?: TrainingTask["environment"]["episode"]): TradingEnvironment;
  /** How an agent is evaluated on the way, where the task asks for it. */
  evaluate(seed: number): EvaluateOptions | undefined;
}

/** Held out for a choice among members where no evaluation is asked for. */
const shareToChooseBy = 0.2;

/** Most environments that evaluate side by side. */
const mostEvaluating = 16;

/** Fits the pipeline of a task and opens its market. Gives `null` when the signal came first. */
export async function openMarket(task: TrainingTask, extensions: Extensions, watch: Watch): Promise<LearningMarket | null> {
  const { bars, from, environment: specification, environments, training, ensemble } = task;
  const rows = bars.close.length;
  const share = training?.validation ?? (ensemble?.kind === "switching" ? shareToChooseBy : 0);
  const fitted = { from, to: rows - Math.floor((rows - from) * share) };
  const heldOut = share === 0 ? null : { from: fitted.to, to: rows };
  requireBars(fitted, heldOut, specification.window);
  const unscaled = withAsOf(featurePipeline(task.features, extensions.indicators), knownColumns(task.known ?? []));
  const scaler = fitScaler(unscaled.batch(bars), fitted.from, fitted.to);
  const standard = scaled(unscaled, scaler);
  const own = standard.batch(bars);
  const regimes = (task.regimes ?? []).map((spec) => fitRegime(spec, standard, own, fitted.from, fitted.to));
  const base = withRegimes(standard, regimes);
  const plain = regimes.length === 0 ? own : base.batch(bars);
  const forecasts: FittedForecast[] = [];
  for (const [index, spec] of (task.forecasts ?? []).entries()) {
    const forecaster = await fitForecaster(task, `forecast-${index}`, spec, { features: plain, rows: fitted }, watch);
    if (!forecaster) return null;
    forecasts.push(asColumn(spec, forecaster, { features: plain, rows: fitted }));
  }
  const pipeline = withDerived(base, forecasts.map(derivedColumn));
  const features = forecasts.length === 0 ? plain : pipeline.batch(bars);
  const learned = { from: firstLearned(task, fitted), to: fitted.to };
  const variants = task.scenarios ? drawVariants(task.scenarios, task, learned, pipeline) : [];
  if (variants.length > 0) watch.onStage?.(toldOf(variants));

  const over: LearningMarket["over"] = (stretch, count, seed, episode = specification.episode) =>
    createVectorEnvironment({
      ...specification,
      episode,
      bars,
      features,
      pipelineHash: pipeline.hash,
      ...stretch,
      count,
      seed,
      available: extensions.environments,
      availableRewards: extensions.rewards,
    });
  return {
    pipeline,
    scaler,
    regimes,
    forecasts,
    plain,
    features,
    fitted,
    learned,
    heldOut,
    variants,
    over,
    environment(seed) {
      if (variants.length === 0) return over(learned, environments, seed);
      const calm = (count: number) => over(learned, count, seed);
      return spreadEnvironments(variants, task, { learned, pipelineHash: pipeline.hash, extensions, calm }, seed);
    },
    evaluate(seed) {
      if (!training || !heldOut) return undefined;
      const { evaluateEvery, episodes, patience, minEvaluations, targetReturn } = training;
      return {
        environment: over(heldOut, Math.min(episodes, mostEvaluating), seed),
        everySteps: evaluateEvery,
        episodes,
        ...(patience !== undefined && { patience }),
        ...(minEvaluations !== undefined && { minEvaluations }),
        ...(targetReturn !== undefined && { targetReturn }),
      };
    },
  };
}

/** The first bar that an agent learns from: behind those of the forecasters that it is not to see at their best. */
function firstLearned({ forecasts = [] }: TrainingTask, fitted: Rows): number {
  const ends = forecasts.filter(({ unseenOnly }) => unseenOnly).map((spec) => stretchesOf(spec, fitted).validation.to);
  return Math.max(fitted.from, ...ends);
}

function requireBars(fitted: Rows, heldOut: Rows | null, window: number): void {
  if (fitted.to - fitted.from >= 2 && (heldOut === null || heldOut.to - heldOut.from >= 2 + window)) return;
  throw new UserError(
    "data/too-short",
    `the training stretch of ${(heldOut ?? fitted).to - fitted.from} bars is too short to hold some out`,
    {
      path: "experiment.training.validation",
      hint: "Use more bars, or hold out another share.",
    },
  );
}

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
import type { Extensions } from "./extensions.ts";
import { asColumn, derivedColumn, fitForecaster, type FittedForecast } from "./forecast-columns.ts";
import type { Rows } from "./judge.ts";
import { knownColumns } from "./known-columns.ts";
import { joinedRows } from "./learning-stretches.ts";
import type { TrainingTask, Watch } from "./training-task.ts";

/** What the policies of a task see, fitted to the bars that are learned from and to nothing else. */
export interface LearningPipeline {
  readonly pipeline: FeaturePipeline;
  readonly scaler: Scaler;
  readonly regimes: readonly Regime[];
  readonly forecasts: readonly FittedForecast[];
  /** Scaled features and regimes of the task's bars, without and with the columns of forecasts. */
  readonly plain: FeatureMatrix;
  readonly features: FeatureMatrix;
}

/**
 * Fits scaling and regimes to the rows of the task's bars and to all that is learned from alongside, forecasters to the rows. Gives
 * `null` when the signal came first.
 */
export async function fitPipeline(task: TrainingTask, rows: Rows, extensions: Extensions, watch: Watch): Promise<LearningPipeline | null> {
  const { bars, alongside = [], regimes: asked = [] } = task;
  /** What a pipeline says of everything that is fitted to. */
  const toFit = (whole: FeaturePipeline, own = whole.batch(bars)) =>
    joinedRows([
      { features: own, rows },
      ...alongside.map((stretch) => ({ features: whole.batch(stretch), rows: { from: 0, to: stretch.close.length } })),
    ]);
  const unscaled = withAsOf(featurePipeline(task.features, extensions.indicators), knownColumns(task.known ?? []));
  const raw = toFit(unscaled);
  const scaler = fitScaler(raw, 0, raw.rows);
  const standard = scaled(unscaled, scaler);
  const own = standard.batch(bars);
  const even = asked.length === 0 ? own : toFit(standard, own);
  const regimes = asked.map((spec) => fitRegime(spec, standard, even, 0, even.rows));
  const base = withRegimes(standard, regimes);
  const plain = regimes.length === 0 ? own : base.batch(bars);
  const forecasts: FittedForecast[] = [];
  for (const [index, spec] of (task.forecasts ?? []).entries()) {
    const forecaster = await fitForecaster(task, `forecast-${index}`, spec, { features: plain, rows }, watch);
    if (!forecaster) return null;
    forecasts.push(asColumn(spec, forecaster, { features: plain, rows }));
  }
  const pipeline = withDerived(base, forecasts.map(derivedColumn));
  return { pipeline, scaler, regimes, forecasts, plain, features: forecasts.length === 0 ? plain : pipeline.batch(bars) };
}

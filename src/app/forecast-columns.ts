import { join } from "node:path";
import { z } from "zod";
import { hashOf, parseParams, UserError } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import type { DerivedColumn, FeatureMatrix } from "../features/index.ts";
import { type Forecaster, forecasterParams, loadForecaster, trainForecaster } from "../rl/index.ts";
import type { ForecastSpec } from "./experiment-learning.ts";
import type { Rows } from "./judge.ts";
import { checkpointOf, type TrainingTask, type Watch } from "./training-task.ts";

/** A forecaster as a column of features: its forecasts less their mean, in their standard deviations, both over its validation. */
export interface FittedForecast {
  readonly name: string;
  readonly forecaster: Forecaster;
  readonly mean: number;
  readonly deviation: number;
}

/** A column as a model's manifest holds it; `folder` lies in the model's. */
export const ForecastRecord = z.strictObject({
  name: z.string().min(1),
  folder: z.string().regex(/^forecast-\d+$/),
  weightsSha256: z.string(),
  mean: z.number(),
  deviation: z.number().positive(),
});

export type ForecastRecord = z.output<typeof ForecastRecord>;

/** Columns stay within so many deviations, as scaled features do. */
const clip = 5;

/** Ends of the stretches that a forecaster learns from and stops by. */
export function stretchesOf({ train, validation }: Pick<ForecastSpec, "train" | "validation">, { from, to }: Rows) {
  const trainTo = from + Math.floor((to - from) * train);
  return {
    training: { from, to: trainTo },
    validation: { from: trainTo, to: Math.min(to, trainTo + Math.floor((to - from) * validation)) },
  };
}

/** Trains a forecaster of the coming log-return on the first part of a stretch. Gives `null` when the signal stopped it. */
export async function fitForecaster(
  task: TrainingTask,
  part: string,
  { params, ...shares }: Pick<ForecastSpec, "train" | "validation" | "params">,
  { features, rows }: { readonly features: FeatureMatrix; readonly rows: Rows },
  { onStage, signal }: Watch,
): Promise<Forecaster | null> {
  const { bars, seed } = task;
  const { checkpoint, resumeFrom } = checkpointOf(task, part);
  const forecaster = await trainForecaster({
    data: { features: features.values, width: features.width, targets: comingReturns(bars, params) },
    ...stretchesOf(shares, rows),
    params,
    seed,
    onEpoch: ({ epoch, validationSkill }) =>
      onStage?.(`${part}: epoch ${epoch}, explains ${(100 * validationSkill).toFixed(2)} % of the variance in validation`),
    ...(signal && { signal }),
    ...(checkpoint && { checkpoint: checkpoint.folder }),
    ...(resumeFrom !== undefined && { resumeFrom }),
  });
  return forecaster.interrupted ? null : forecaster;
}

/** ln(close after the horizon / close) of each row; NaN where that is not known. */
function comingReturns({ close }: Bars, params: Record<string, unknown>): Float64Array {
  const { horizon } = parseParams(forecasterParams, params);
  return close.map((price, row) => Math.log((close[row + horizon] ?? NaN) / price));
}

/** A forecaster as a column, in units of what it says over its validation. */
export function asColumn(
  { name, ...shares }: Pick<ForecastSpec, "name" | "train" | "validation">,
  forecaster: Forecaster,
  { features, rows }: { readonly features: FeatureMatrix; readonly rows: Rows },
): FittedForecast {
  const { from, to } = stretchesOf(shares, rows).validation;
  const said = [...forecaster.series(features.values.subarray(0, to * features.width)).subarray(from, to)].filter(Number.isFinite);
  const mean = said.reduce((sum, value) => sum + value, 0) / said.length;
  const variance = said.reduce((sum, value) => sum + (value - mean) ** 2, 0) / said.length;
  return { name, forecaster, mean, deviation: Math.max(Math.sqrt(variance), 1e-6 * forecaster.facts.target.deviation) };
}

/** The column that a pipeline takes. */
export const derivedColumn = ({ name, forecaster, mean, deviation }: FittedForecast): DerivedColumn => ({
  name,
  hash: hashOf({ schema: "tradewind/forecast-column@1", weights: forecaster.weightsSha256, facts: forecaster.facts, mean, deviation }),
  window: forecaster.window,
  start() {
    const next = forecaster.stream();
    return (row) => Math.min(Math.max((next(row) - mean) / deviation, -clip), clip);
  },
});

/** Saves the forecasters of columns in a model's folder, and gives what its manifest says of them. */
export const saveForecasts = (folder: string, forecasts: readonly FittedForecast[]): ForecastRecord[] =>
  forecasts.map(({ name, forecaster, mean, deviation }, index) => {
    const place = `forecast-${index}`;
    forecaster.save(join(folder, place), {});
    return { name, folder: place, weightsSha256: forecaster.weightsSha256, mean, deviation };
  });

/** Loads the columns of a model's manifest. Another forecaster than the manifest's is `model/invalid`. */
export const loadForecasts = (folder: string, records: readonly ForecastRecord[]): FittedForecast[] =>
  records.map(({ name, folder: place, weightsSha256, mean, deviation }) => {
    const forecaster = loadForecaster(join(folder, place));
    if (forecaster.weightsSha256 === weightsSha256) return { name, forecaster, mean, deviation };
    throw new UserError("model/invalid", `the forecaster in ${place} is not the one that the model was trained with`, {
      path: join(folder, place),
      hint: "Restore the model's folder, or train again.",
    });
  });

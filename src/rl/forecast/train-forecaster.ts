import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { assert, hashOf, parse, parseParams, Random, sha256, UserError } from "../../base/index.ts";
import {
  adamW,
  choose,
  compile,
  constantSchedule,
  cosineSchedule,
  type ForwardProgram,
  input,
  linearSchedule,
  type Schedule,
  type Tensor,
  warmUp,
} from "../../graph/index.ts";
import { loadCheckpoint, saveCheckpoint } from "../checkpoint.ts";
import { RunningMoments } from "../normaliser.ts";
import { Means, MinibatchUpdates } from "../on-policy/minibatch-updates.ts";
import { restoreArrays } from "../restore-arrays.ts";
import { randomState } from "../state.ts";
import type { Stretch } from "../switching.ts";
import { type ForecastFacts, forecasterParams, type ForecasterParams, forecastNetwork, type ForecastNetwork } from "./forecast-network.ts";
import { copyWindows, finiteWindows, type Forecaster, openForecaster } from "./forecaster.ts";

/** Rows of features [rows · width] and after each row what is to be forecast, such as the return that follows; NaN where unknown. */
export interface ForecastData {
  readonly features: Float32Array;
  readonly width: number;
  readonly targets: ArrayLike<number>;
}

/** What training a forecaster needs. */
export interface ForecastTrainOptions {
  readonly data: ForecastData;
  /** Rows that are learned from: windows and targets lie within, so nothing behind them is seen. */
  readonly training: Stretch;
  /** Rows behind them that say when to stop; only their windows may reach back. */
  readonly validation: Stretch;
  readonly params?: Record<string, unknown>;
  readonly seed: number;
  readonly onEpoch?: (epoch: ForecastEpoch) => void;
  /** Ends training after the epoch at hand. */
  readonly signal?: AbortSignal;
  /** Where to save everything after every epoch. */
  readonly checkpoint?: string;
  /** Folder of a checkpoint to go on from. */
  readonly resumeFrom?: string;
}

const epochOf = z.strictObject({
  epoch: z.int(),
  learningRate: z.number(),
  trainingLoss: z.number(),
  validationLoss: z.number(),
  /** Share of the targets' squared distance from the training mean that the forecasts explain in validation; negative where they harm. */
  validationSkill: z.number(),
});

/** One pass over the training stretch. Losses are in units of the target's variance over it: forecasting its mean costs 1 there. */
export type ForecastEpoch = Readonly<z.output<typeof epochOf>>;

/** A forecaster with the weights of its best epoch, and how it came about. */
export interface TrainedForecaster extends Forecaster {
  readonly curve: readonly ForecastEpoch[];
  readonly best: ForecastEpoch;
  /** Whether the signal ended training early. */
  readonly interrupted: boolean;
}

/**
 * Trains a forecaster by AdamW, epoch after epoch, until validation has not got better for a while, and keeps the weights of the
 * best epoch. Interrupted and resumed it gives the same weights.
 */
export async function trainForecaster(options: ForecastTrainOptions): Promise<TrainedForecaster> {
  const { data, seed, onEpoch, signal, checkpoint, resumeFrom } = options;
  const params = parseParams(forecasterParams, options.params);
  requireOrder(options);
  const lessons = examplesOf(data, params, options.training, true);
  const checks = examplesOf(data, params, options.validation, false);
  const facts = factsOf(data, params, options.training, lessons);
  const network = forecastNetwork(facts, new Random(seed));
  const trainer = new Trainer(network, facts, data, lessons, seed);
  const validate = validation(network, facts, data, checks);
  const identity = hashOf({ params, seed, ...stretches(options), data: contentOf(options) });
  let state: Progress = { curve: [], best: null, withoutBetter: 0 };
  const best = network.parameters.flat.attributes.data.slice();
  if (resumeFrom !== undefined) {
    const { learner } = loadCheckpoint(resumeFrom, identity);
    state = trainer.restore(learner, best);
  }
  while (!hasEnded(state, params) && !signal?.aborted) {
    const epoch = state.curve.length + 1;
    const learningRate = scheduleOf(params)(1 - (epoch - 1) / params.epochs);
    const trainingLoss = trainer.epoch(learningRate);
    const row = { epoch, learningRate, trainingLoss, ...validate.run() };
    const isBetter = state.best === null || row.validationLoss < state.best.validationLoss;
    if (isBetter) best.set(network.parameters.flat.attributes.data);
    state = { curve: [...state.curve, row], best: isBetter ? row : state.best, withoutBetter: isBetter ? 0 : state.withoutBetter + 1 };
    onEpoch?.(row);
    if (checkpoint !== undefined) {
      saveCheckpoint(checkpoint, { identity, steps: epoch, curve: [], learner: trainer.save(best, state), environment: null });
    }
    await setImmediate();
  }
  trainer.close();
  validate.close();
  network.parameters.flat.attributes.data.set(best);
  const untrained = { epoch: 0, learningRate: 0, trainingLoss: 1, validationLoss: 1, validationSkill: 0 };
  return { ...openForecaster(network, facts), curve: state.curve, best: state.best ?? untrained, interrupted: !hasEnded(state, params) };
}

interface Progress {
  readonly curve: readonly ForecastEpoch[];
  readonly best: ForecastEpoch | null;
  readonly withoutBetter: number;
}

const savedValues = z.strictObject({
  updates: z.int(),
  shuffling: randomState,
  curve: z.array(epochOf),
  best: epochOf.nullable(),
  withoutBetter: z.int(),
});

const hasEnded = ({ curve, withoutBetter }: Progress, { epochs, patience }: ForecasterParams): boolean =>
  curve.length >= epochs || (patience !== null && withoutBetter >= patience);

function scheduleOf({ learningRate, schedule, warmUp: share }: ForecasterParams): Schedule {
  const falling = { constant: constantSchedule, linear: linearSchedule, cosine: cosineSchedule }[schedule](learningRate);
  return share === 0 ? falling : warmUp(share, falling);
}

/** Rows that end a window, and their targets. */
interface Examples {
  readonly rows: Int32Array;
  readonly targets: Float64Array;
}

/** The examples of a stretch whose targets are known within it; their windows lie within it too where told. */
function examplesOf(
  { features, width, targets }: ForecastData,
  { window, horizon }: ForecasterParams,
  stretch: Stretch,
  inside: boolean,
): Examples {
  const from = inside ? stretch.from + window - 1 : stretch.from;
  const rows = finiteWindows(features, width, window, { from, to: stretch.to - horizon }).filter((row) => Number.isFinite(targets[row]));
  if (rows.length < 2) {
    const what = `Rows ${stretch.from} to ${stretch.to} hold ${rows.length} windows of ${window} finite rows with a known target`;
    throw new UserError("data/too-short", `${what}; a forecaster needs at least 2.`, {
      path: inside ? "training" : "validation",
      hint: "Use a longer stretch, a shorter window, or leave out the rows before every feature is ready.",
    });
  }
  return { rows, targets: Float64Array.from(rows, (row) => targets[row]!) };
}

function factsOf({ features, width }: ForecastData, params: ForecasterParams, training: Stretch, { targets }: Examples): ForecastFacts {
  const finite = finiteWindows(features, width, 1, training);
  const rows = new Float32Array(finite.length * width);
  copyWindows(features, width, 1, finite, rows);
  const moments = new RunningMoments(width);
  moments.update(rows);
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const variance = targets.reduce((sum, target) => sum + (target - mean) ** 2, 0) / targets.length;
  if (!(variance > 0)) {
    throw new UserError("config/invalid", "The targets of the training stretch are all the same: there is nothing to forecast.", {
      path: "data.targets",
      hint: "Forecast something that varies, such as the next return.",
    });
  }
  const { mean: means, variance: variances, count } = moments.save();
  return {
    params,
    width,
    features: { mean: [...means], variance: [...variances], count },
    target: { mean, deviation: Math.sqrt(variance) },
  };
}

/** Above so many numbers the windows of one epoch are not held all at once. */
const mostNumbers = 2 ** 25;

/** Minibatch updates over the training stretch, and what they need to go on where they stood. */
class Trainer {
  private readonly network: ForecastNetwork;
  private readonly updates: MinibatchUpdates<"loss">;
  private readonly moments: Readonly<Record<string, Float32Array>>;
  private readonly shuffling: Random;
  private readonly isLarge: boolean;

  constructor(network: ForecastNetwork, { params, width, target }: ForecastFacts, data: ForecastData, lessons: Examples, seed: number) {
    const { window, maxGradNorm, weightDecay, batchSize } = params;
    const optimizer = adamW(network.parameters, { maxGradNorm, weightDecay });
    const chosen = new Int32Array(lessons.rows.length);
    this.network = network;
    this.moments = optimizer.moments;
    this.shuffling = new Random(seed, 2);
    this.isLarge = lessons.rows.length * window * width > mostNumbers;
    this.updates = new MinibatchUpdates({
      rows: lessons.rows.length,
      batchSize,
      optimizer,
      columns: { target: Float32Array.from(lessons.targets, (each) => (each - target.mean) / target.deviation) },
      loss(size) {
        const loss = lossOf(network.standardised(input("window", [size, window * width])).sub(input("target", [size, 1])), params);
        return { loss, watched: { loss } };
      },
      prepare(inputs, _times, batch) {
        batch.forEach((example, index) => (chosen[index] = lessons.rows[example]!));
        copyWindows(data.features, width, window, chosen.subarray(0, batch.length), inputs.window!);
      },
    });
  }

  /** One pass in random order; gives the mean loss over its minibatches, each before its update. */
  epoch(learningRate: number): number {
    const means = new Means(["loss"]);
    const stop = this.isLarge ? () => false : undefined; // Whoever looks at each minibatch gets one a run.
    this.updates.pass({ random: this.shuffling, learningRate, means, stop });
    return means.all().loss;
  }

  save(best: Float32Array, state: Progress) {
    return {
      arrays: { parameters: this.network.parameters.flat.attributes.data, ...this.moments, best },
      values: { updates: this.updates.updates, shuffling: this.shuffling.save(), ...state },
    };
  }

  restore(saved: { readonly arrays: Readonly<Record<string, Float32Array>>; readonly values: unknown }, best: Float32Array): Progress {
    const { updates, shuffling, ...state } = parse(savedValues, saved.values, "learner", "checkpoint/invalid");
    restoreArrays(saved, { parameters: this.network.parameters.flat.attributes.data, ...this.moments, best });
    this.updates.updates = updates;
    this.shuffling.restore(shuffling);
    return state;
  }

  close(): void {
    this.updates.close();
  }
}

function lossOf(error: Tensor, { loss }: ForecasterParams): Tensor {
  if (loss === "mse") return error.square().mean();
  const distance = error.abs();
  return choose(distance, 1, error.square(), distance.mul(2).sub(1)).mean(); // Twice Huber's, so that small errors cost what they cost squared.
}

const validationBatch = 256;

/** A pass over the validation stretch without learning. */
function validation(
  network: ForecastNetwork,
  { params, width, target }: ForecastFacts,
  { features }: ForecastData,
  { rows, targets }: Examples,
) {
  const { window } = params;
  const count = Math.min(validationBatch, rows.length);
  const wanted = Float64Array.from(targets, (each) => (each - target.mean) / target.deviation);
  const program: ForwardProgram<"forecast"> = compile({
    outputs: { forecast: network.standardised(input("window", [count, window * width])) },
  });
  return {
    run(): Pick<ForecastEpoch, "validationLoss" | "validationSkill"> {
      let [loss, squares, baseline] = [0, 0, 0];
      for (let from = 0; from < rows.length; from += count) {
        const part = rows.subarray(from, from + count);
        copyWindows(features, width, window, part, program.inputs.window!);
        program.run();
        for (let index = 0; index < part.length; index++) {
          const error = Math.abs(program.outputs.forecast[index]! - wanted[from + index]!);
          squares += error ** 2;
          baseline += wanted[from + index]! ** 2;
          loss += params.loss === "huber" && error > 1 ? 2 * error - 1 : error ** 2;
        }
      }
      return { validationLoss: loss / rows.length, validationSkill: baseline > 0 ? 1 - squares / baseline : 0 };
    },
    close: () => program.close(),
  };
}

const stretches = ({ training, validation: { from, to } }: ForecastTrainOptions) => ({
  training: { from: training.from, to: training.to },
  validation: { from, to },
});

/** Hashes of what training reads of the data. */
function contentOf({ data: { features, width, targets }, training, validation: { to } }: ForecastTrainOptions): unknown {
  const first = training.from;
  return {
    width,
    features: sha256(features.slice(first * width, to * width)),
    targets: sha256(Float64Array.from(targets).slice(first, to)),
  };
}

function requireOrder({ data: { features, width, targets }, training, validation: { from, to } }: ForecastTrainOptions): void {
  const rows = features.length / width;
  assert(Number.isInteger(rows) && targets.length === rows, `forecast: ${targets.length} targets for ${rows} rows of ${width} numbers`);
  if (training.from >= 0 && training.from < training.to && training.to <= from && from < to && to <= rows) return;
  const what = `training [${training.from}, ${training.to}) and validation [${from}, ${to}) of ${rows} rows`;
  throw new UserError("config/invalid", `The stretches do not follow one another: ${what}.`, {
    path: "validation",
    hint: "Validation begins where training ends or later, and both lie within the data.",
  });
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Bars, copyBars, sliceBars } from "../domain/index.ts";
import type { Experiment } from "./experiment.ts";
import { type Fold, longestOf } from "./experiment-folds.ts";
import type { LookedUpRun } from "./experiment-run.ts";
import { type Candidate, candidatesOf } from "./experiment-validation.ts";
import type { Rows } from "./judge.ts";
import { knownUntil } from "./known-columns.ts";
import { type ReferredModels, refuseForeknowledge } from "./model-references.ts";
import type { TrainingJob } from "./training-job.ts";

/** A candidate with a seed, and the job that trains it. */
export interface Entrant {
  readonly candidate: Candidate;
  readonly seed: number;
  readonly job: TrainingJob;
}

/** All that is trained on the training rows of a fold; of it one is chosen by the validation rows, without looking at the test. */
export interface Contest<OfFold extends Fold = Fold> {
  readonly fold: OfFold;
  /** Candidate after candidate, and of each seed after seed. */
  readonly entrants: readonly Entrant[];
}

/** What of a job is not the experiment's. */
type Wanted = Pick<TrainingJob, "name" | "bars" | "from" | "alongside" | "seed" | "totalSteps">;

/** Every candidate of an experiment with every one of the seeds. */
export function contestOf<OfFold extends Fold>(
  run: LookedUpRun,
  fold: OfFold,
  seeds: readonly number[],
  totalSteps: number,
): Contest<OfFold> {
  const { bars } = run.dataSet;
  const learned = learnedFrom(bars, fold);
  const lastClose = bars.closeTime[fold.train.at(-1)!.to - 1]!;
  const entrants = candidatesOf(run.experiment).flatMap((candidate) =>
    seeds.map((seed) => {
      const name = nameOf(fold, candidate, seeds.length, seed);
      return { candidate, seed, job: jobFor(run, candidate.experiment, { name, ...learned, seed, totalSteps }, lastClose) };
    }),
  );
  return { fold, entrants };
}

function jobFor(
  { folder, resume, models, extensions, known }: LookedUpRun,
  experiment: Experiment,
  wanted: Wanted,
  lastClose: number,
): TrainingJob {
  const { features, environment, environments, algorithm, device, training, regimes, forecasts, scenarios } = experiment;
  const place = join(folder, "training", wanted.name);
  refuseForeknowledge(experiment, models, wanted.name, lastClose);
  return {
    ...wanted,
    features,
    environment,
    environments,
    algorithm,
    ...(device && { device }),
    ...(training && { training }),
    ...(known.length > 0 && { known: knownUntil(known, lastClose) }),
    ...(regimes && { regimes }),
    ...(forecasts && { forecasts }),
    ...(scenarios?.training && { scenarios: scenarios.training }),
    ...beginningOf(experiment, models),
    ...(extensions.files.length > 0 && { extensions: extensions.files }),
    modelFolder: join(place, "model"),
    checkpoint: { folder: join(place, "checkpoint"), everySteps: Math.ceil(wanted.totalSteps / 4) },
    resume: resume === true && existsSync(join(place, "checkpoint")),
    tensorboard: join(place, "tensorboard"),
  };
}

/** Such as `seed-2`, `candidate-slow-seed-2`, `fold-1`, `fold-1-slow-seed-2`. */
function nameOf({ place }: Fold, { name }: Candidate, seeds: number, seed: number): string {
  const isMain = place === "";
  const parts = [place, isMain && name !== null ? `candidate-${name}` : name, isMain || seeds > 1 ? `seed-${seed}` : null];
  return parts.filter((part) => part !== null && part !== "").join("-");
}

/** The bars of the longest stretch, and those of the others. Copies: a view would carry what is held out along to the worker. */
function learnedFrom(bars: Bars, { train, looksBack }: Fold): Pick<TrainingJob, "bars" | "from" | "alongside"> {
  const copy = ({ from, to }: Rows) => copyBars(sliceBars(bars, from, to));
  const main = longestOf(train);
  const others = train.filter((stretch) => stretch !== main);
  return {
    bars: copy(looksBack ? { from: 0, to: main.to } : main),
    from: looksBack ? main.from : 0,
    ...(others.length > 0 && { alongside: others.map(copy) }),
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

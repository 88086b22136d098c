import type { Clock, OnProgress } from "../base/index.ts";
import type { DataSet } from "./data-sets.ts";
import { type Experiment, parseExperiment } from "./experiment.ts";
import { type Extensions, loadExtensions } from "./extensions.ts";
import { type KnownFile, loadKnown } from "./known-columns.ts";
import { findModels, type ReferredModels } from "./model-references.ts";
import type { Watchers } from "./training-pool.ts";

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
  /** File of the trial ledger, into which every look that chooses something is written; none unless given. */
  readonly ledger?: string;
  readonly onProgress?: OnProgress;
}

/** A run with what its experiment names. */
export interface LookedUpRun extends ExperimentRun {
  readonly models: ReferredModels;
  readonly extensions: Extensions;
  readonly known: readonly KnownFile[];
}

/** Finds the models and loads the extensions that an experiment names, and looks all its names up once more among them. */
export async function lookUp(run: ExperimentRun): Promise<LookedUpRun> {
  const extensions = await loadExtensions(run.experiment.extensions);
  const experiment = parseExperiment(run.experiment, extensions);
  const known = await loadKnown(experiment, run.dataSet.bars.instrument.symbol, run.onProgress);
  return { ...run, experiment, extensions, known, models: run.models ?? (await findModels(experiment, undefined)) };
}

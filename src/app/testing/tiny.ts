import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, manualClock } from "../../base/index.ts";
import { contentHash } from "../../data/index.ts";
import { type Bars, copyBars } from "../../domain/index.ts";
import { geometricWalk } from "../../market/index.ts";
import type { DataSet } from "../data-sets.ts";
import { defineExperiment, type Experiment, type ExperimentInput } from "../experiment.ts";
import { type Home, homeAt } from "../home.ts";
import { runTrainingJob, type TrainingJob } from "../training-job.ts";

// Quick, and ready after ten bars.
const tinyFeatures = [
  { indicator: "log-return" },
  { indicator: "rsi", params: { period: 5 } },
  { indicator: "rolling-volatility", params: { period: 10 } },
];

/** An experiment of a second: small networks, few steps, two seeds, two folds. */
export const tinyExperiment = (fields: ExperimentInput = {}): Experiment =>
  defineExperiment({
    name: "tiny",
    data: "walk",
    features: tinyFeatures,
    environment: { episode: { maxSteps: 60 } },
    environments: 4,
    algorithm: { name: "ppo", params: { nSteps: 32, batchSize: 64, epochs: 2, hidden: [8] } },
    totalSteps: 512,
    seeds: [1, 2],
    walkForward: { folds: 2, totalSteps: 256 },
    resamples: 200,
    ...fields,
  });

/** Bars as a data set that says it is synthetic. */
export const syntheticDataSet = (bars: Bars): DataSet => ({
  bars,
  synthetic: true,
  lineage: { source: "synthetic", file: bars.instrument.symbol, sha256: contentHash(bars), note: "A random walk." },
  contentHash: contentHash(bars),
  reference: "walk",
});

/** A walk that says it is synthetic. */
export const walkDataSet = (seed = 1, bars = 400): DataSet => syntheticDataSet(geometricWalk({ bars, volatility: 0.01, seed }));

/** A data set whose bars from a row on are those of another walk, at the same times. */
export function withAnotherFuture({ bars }: DataSet, from: number, seed = 99): DataSet {
  const changed = copyBars(bars);
  const other = geometricWalk({ bars: bars.close.length, volatility: 0.03, seed });
  for (const column of ["open", "high", "low", "close", "volume"] as const) changed[column].set(other[column].subarray(from), from);
  return syntheticDataSet(changed);
}

/** The bars as CSV, as an exchange would publish them: by the time of their opening. */
export function csvOf({ closeTime, open, high, low, close, volume }: Bars): string {
  const intervalMs = closeTime[1]! - closeTime[0]!;
  const rows = Array.from(closeTime, (time, row) =>
    [new Date(time - intervalMs).toISOString(), open[row], high[row], low[row], close[row], volume[row]].join(","),
  );
  return `time,open,high,low,close,volume\n${rows.join("\n")}\n`;
}

/** A job that trains a tiny policy on a walk; what is made goes below `folder`. */
export function tinyJob(folder: string, fields: Partial<TrainingJob> = {}): TrainingJob {
  const { features, environment, environments, algorithm, totalSteps } = tinyExperiment();
  const { bars } = walkDataSet();
  return {
    name: "tiny",
    bars,
    from: 0,
    features,
    environment,
    environments,
    algorithm,
    totalSteps,
    seed: 1,
    modelFolder: join(folder, "model"),
    ...fields,
  };
}

/** Trains a tiny model in this thread and gives its folder. */
export async function tinyModel(folder: string, fields: Partial<TrainingJob> = {}): Promise<string> {
  const job = tinyJob(folder, fields);
  await runTrainingJob(job, {});
  return job.modelFolder;
}

/** Folders that are removed with `remove`, in one place of their own. */
export function temporaryFolders(): { readonly root: string; fresh(): string; home(): Home; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), "tradewind-app-"));
  const fresh = () => mkdtempSync(join(root, "part-"));
  return { root, fresh, home: () => homeAt(fresh(), "home"), remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** A clock that stands still in 2026. */
export const standingClock = (): Clock => manualClock(Date.UTC(2026, 0, 5));

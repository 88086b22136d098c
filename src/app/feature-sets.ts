import { z } from "zod";
import { type Clock, parse, type Progress, UserError } from "../base/index.ts";
import { type Bars, emptyBar, readBar } from "../domain/index.ts";
import {
  assertFeatureSetName,
  type BarsRelation,
  type FeaturePipeline,
  type FeatureSetContent,
  type FeatureSetDocument,
  fitFeatureSet,
  type LineageNode,
  lineageOfColumns,
  liveFeatures,
  openFeatureSet,
  openFeatureStore,
  referenceOf,
  relationOf,
} from "../features/index.ts";
import { openDataSet } from "./data-sets.ts";
import { readExperiment } from "./experiment-file.ts";
import { loadExtensions } from "./extensions.ts";
import { type Home, homeAt } from "./home.ts";
import { knownColumns, KnownRecord, knownUntil, loadKnown, recordsOf, reloadKnown } from "./known-columns.ts";

/** Where a command stands, and how it is watched and stopped. */
export interface FeatureSituation {
  readonly cwd: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

interface Asked {
  readonly home?: string | undefined;
}

/** A feature set as a list and a page tell of it. Times are bar-close, ISO 8601. */
export interface FeatureSetSummary {
  readonly reference: string;
  readonly createdAt: string;
  readonly hash: string;
  readonly columns: readonly string[];
  readonly warmup: number;
  readonly scaled: boolean;
  readonly regimes: readonly string[];
  readonly derived: readonly string[];
  readonly data: { readonly reference: string; readonly symbol: string; readonly contentHash: string; readonly synthetic: boolean };
  readonly rows: number;
  readonly firstReady: number;
  readonly training: { readonly rows: number; readonly from: string; readonly to: string };
  readonly columnsSha256: string;
}

const isoTime = (timeMs: number) => new Date(timeMs).toISOString();

const summaryOf = (document: FeatureSetDocument): FeatureSetSummary => {
  const { columns, warmup, scaler, regimes, derived, data, values, training } = document.content;
  const { reference, symbol, contentHash, synthetic } = data;
  return {
    reference: referenceOf(document),
    createdAt: document.createdAt,
    hash: document.hash,
    columns,
    warmup,
    scaled: scaler !== null,
    regimes: regimes.map(({ name, kind }) => `${name} (${kind})`),
    derived: derived.map(({ name }) => name),
    data: { reference, symbol, contentHash, synthetic },
    rows: values.rows,
    firstReady: values.firstReady,
    training: { rows: training.rows.to - training.rows.from, from: isoTime(training.range.from), to: isoTime(training.range.to) },
    columnsSha256: values.sha256,
  };
};

const storeOf = (home: Home) => openFeatureStore(home.features);

/** A stored set, at work with the user's own indicators and the files of dated values and news that it names; changed ones are refused. */
export async function openStoredSet(
  reference: string,
  home: Home,
): Promise<{ readonly document: FeatureSetDocument; readonly pipeline: FeaturePipeline }> {
  const document = storeOf(home).read(reference);
  const { extensions, asOf, data } = document.content;
  const { indicators } = await loadExtensions(extensions);
  const records = asOf.map(({ origin }, index) => parse(KnownRecord, origin, `asOf.${index}.origin`, "data/corrupt"));
  const known = knownColumns(await reloadKnown(records, data.range.to));
  return { document, pipeline: openFeatureSet(document.content, { indicators, asOf: known }) };
}

/**
 * Fits an experiment's features, dated values, news and regimes to the first share of a data set's bars and stores them with their columns under a name.
 * What the experiment forecasts is learned with a model and stays with it: an experiment with forecasts is `config/invalid`.
 */
export async function materialiseFeatures(
  {
    name,
    data,
    experiment: file,
    train,
    scale,
    home: folder,
  }: Asked & {
    readonly name: string;
    readonly data?: string | undefined;
    readonly experiment?: string | undefined;
    readonly train?: number | undefined;
    readonly scale: boolean;
  },
  { cwd, clock, signal, progress }: FeatureSituation,
): Promise<FeatureSetSummary> {
  assertFeatureSetName(name);
  const experiment = await readExperiment(file, cwd);
  if (experiment.forecasts) {
    throw new UserError("config/invalid", "experiment.forecasts: a forecaster is learned with a model and saved with it", {
      path: "experiment.forecasts",
      hint: "Leave the forecasts out of the experiment that features are materialised of.",
    });
  }
  const home = homeAt(cwd, folder);
  const { indicators, files } = await loadExtensions(experiment.extensions);
  const dataSet = await openDataSet(data ?? experiment.data, home, cwd);
  const rows = dataSet.bars.close.length;
  signal.throwIfAborted();
  progress({ stage: "features", fraction: 0.1, message: `computing ${experiment.features.length} features over ${rows} bars` });
  const lastClose = dataSet.bars.closeTime.at(-1)!;
  const known = knownUntil(await loadKnown(experiment, dataSet.bars.instrument.symbol, progress), lastClose);
  const origins = recordsOf(known).map((record) => z.record(z.string(), z.json()).parse(record));
  const set = fitFeatureSet({
    data: dataSet,
    features: experiment.features,
    asOf: knownColumns(known).map((columns, index) => ({ columns, origin: origins[index]! })),
    regimes: experiment.regimes ?? [],
    scale,
    training: { from: 0, to: Math.floor(rows * (train ?? experiment.split.train)) },
    indicators,
    extensions: files,
  });
  signal.throwIfAborted();
  progress({ stage: "features", fraction: 0.8, message: `writing ${set.content.columns.length} columns` });
  return summaryOf(await storeOf(home).save(name, set, dataSet.bars.closeTime, clock.now()));
}

/** All stored sets, by name and version. */
export const listFeatureSets = ({ home, cwd }: Asked & { readonly cwd: string }): readonly FeatureSetSummary[] =>
  storeOf(homeAt(cwd, home)).list().map(summaryOf);

/** One set, with the statistics of its columns over the training rows; `name` or `name@version`. */
export function showFeatureSet({
  name,
  home,
  cwd,
}: Asked & { readonly name: string; readonly cwd: string }): FeatureSetSummary & Pick<FeatureSetContent, "statistics"> {
  const document = storeOf(homeAt(cwd, home)).read(name);
  return { ...summaryOf(document), statistics: document.content.statistics };
}

/** What a set's columns are made of, down to the data's licence. */
export interface ExplainedFeatures {
  readonly reference: string;
  readonly hash: string;
  readonly lineage: Readonly<Record<string, LineageNode>>;
}

/** The lineage of one column or of all. */
export async function explainFeatures({
  name,
  feature,
  home,
  cwd,
}: Asked & { readonly name: string; readonly feature?: string | undefined; readonly cwd: string }): Promise<ExplainedFeatures> {
  const document = storeOf(homeAt(cwd, home)).read(name);
  const { indicators } = await loadExtensions(document.content.extensions);
  return { reference: referenceOf(document), hash: document.hash, lineage: lineageOfColumns(document.content, feature, indicators) };
}

/** What came of computing a stored set's columns anew, bar by bar. */
export interface FeatureCheck {
  readonly reference: string;
  readonly data: string;
  /** How the data set of that name now stands to the bars that the set was fitted on. */
  readonly relation: BarsRelation;
  readonly rows: number;
  /** Numbers that differ in a bit, by column; none where all are as stored. */
  readonly differing: Readonly<Record<string, number>>;
  readonly passed: boolean;
}

/** Streams the bars that a set was fitted on through its pipeline and compares every number with the stored one, bit for bit. */
export async function checkFeatures(
  { name, data, home: folder }: Asked & { readonly name: string; readonly data?: string | undefined },
  { cwd, signal, progress }: FeatureSituation,
): Promise<FeatureCheck> {
  const home = homeAt(cwd, folder);
  const { document, pipeline } = await openStoredSet(name, home);
  const { matrix } = await storeOf(home).columns(document);
  const { bars } = await openDataSet(data ?? document.content.data.reference, home, cwd);
  const relation = relationOf(document.content, bars);
  const found = { reference: referenceOf(document), data: data ?? document.content.data.reference, relation };
  if (relation === "other") return { ...found, rows: 0, differing: {}, passed: false };
  const counts = new Map<string, number>();
  const live = liveFeatures(pipeline);
  const bar = emptyBar();
  for (let row = 0; row < matrix.rows; row++) {
    if (row % 10_000 === 0) {
      signal.throwIfAborted();
      progress({ stage: "features", fraction: row / matrix.rows, message: `bar ${row} of ${matrix.rows}` });
    }
    live.update(readBar(bars, row, bar));
    for (let column = 0; column < matrix.width; column++) {
      if (Object.is(live.values[column], matrix.values[row * matrix.width + column])) continue;
      counts.set(matrix.names[column]!, (counts.get(matrix.names[column]!) ?? 0) + 1);
    }
  }
  return { ...found, rows: matrix.rows, differing: Object.fromEntries(counts), passed: counts.size === 0 };
}

/** A set at work on bars that it may not have been fitted on, with what it was fitted on told apart. */
export async function openOnBars(
  { name, data, home: folder }: Asked & { readonly name: string; readonly data?: string | undefined },
  cwd: string,
): Promise<{
  readonly document: FeatureSetDocument;
  readonly pipeline: FeaturePipeline;
  readonly bars: Bars;
  readonly data: string;
  readonly relation: BarsRelation;
}> {
  const home = homeAt(cwd, folder);
  const { document, pipeline } = await openStoredSet(name, home);
  const reference = data ?? document.content.data.reference;
  const { bars } = await openDataSet(reference, home, cwd);
  return { document, pipeline, bars, data: reference, relation: relationOf(document.content, bars) };
}

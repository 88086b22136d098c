import { UserError } from "../../base/index.ts";
import { contentHash, type Lineage, type RowRange } from "../../data/index.ts";
import type { Bars } from "../../domain/index.ts";
import { type AsOfColumns, withAsOf } from "../as-of/as-of-columns.ts";
import { type DerivedColumn, withDerived } from "../derived.ts";
import { columnStatistics } from "../drift/column-statistics.ts";
import type { FeatureSpec } from "../feature-spec.ts";
import type { Indicator } from "../indicator.ts";
import { type FeatureMatrix, featurePipeline, type FeaturePipeline } from "../pipeline.ts";
import { fitRegime, type RegimeSpec, withRegimes } from "../regimes/regime.ts";
import { fitScaler, scaled } from "../scaler.ts";
import type { FeatureSetContent } from "./feature-set.ts";
import { valuesHash } from "./values-hash.ts";

/** Bars with their origin, as the data sets of a home have it. */
export interface OriginatedBars {
  readonly bars: Bars;
  readonly contentHash: string;
  readonly reference: string;
  readonly synthetic: boolean;
  readonly lineage: Lineage;
}

/** What a feature set is to be made of. */
export interface FeatureSetRequest {
  readonly data: OriginatedBars;
  readonly features: readonly FeatureSpec[];
  /** Columns of what else was known, each with what has it again. */
  readonly asOf?: readonly { readonly columns: AsOfColumns; readonly origin: FeatureSetContent["asOf"][number]["origin"] }[];
  readonly regimes?: readonly RegimeSpec[];
  readonly derived?: readonly DerivedColumn[];
  /** Whether features are standardised; they are unless this is false. */
  readonly scale?: boolean;
  /** The rows that everything is fitted to. */
  readonly training: RowRange;
  /** To choose from; the built-in ones unless given, and the files that others are from. */
  readonly extensions?: readonly FeatureSetContent["extensions"][number][];
  readonly indicators?: Readonly<Record<string, Indicator>>;
}

/** A feature set at work: what it says of itself, what computes it live, and its columns over the bars that it was fitted on. */
export interface FittedFeatureSet {
  readonly content: FeatureSetContent;
  readonly pipeline: FeaturePipeline;
  readonly matrix: FeatureMatrix;
}

/** The column in which the closing times stand beside the features. */
export const timeColumn = "closeTime";

/** Fits scaler, regimes and statistics to the training rows and to nothing else, and computes all columns over all bars. */
export function fitFeatureSet({
  data,
  features,
  asOf = [],
  regimes: specs = [],
  derived = [],
  scale = true,
  training,
  indicators,
  extensions = [],
}: FeatureSetRequest): FittedFeatureSet {
  const { bars } = data;
  const { closeTime } = bars;
  const own = withAsOf(
    featurePipeline(features, indicators),
    asOf.map(({ columns }) => columns),
  );
  refuseAmbiguous([...own.names, ...specs.map(({ name }) => name), ...derived.map(({ name }) => name)]);
  const scaler = scale ? fitScaler(own.batch(bars), training.from, training.to) : null;
  const standard = scaler ? scaled(own, scaler) : own;
  const plain = standard.batch(bars);
  const regimes = specs.map((spec) => fitRegime(spec, standard, plain, training.from, training.to));
  const pipeline = withDerived(withRegimes(standard, regimes), derived);
  const matrix = regimes.length + derived.length === 0 ? plain : pipeline.batch(bars);
  const ready = Math.max(training.from, Math.min(pipeline.warmup, training.to - 1));
  const content: FeatureSetContent = {
    features: own.specification.map((spec) => ({ ...spec })),
    asOf: asOf.map(({ columns: { names, hash }, origin }) => ({ names: [...names], hash, origin })),
    scaler,
    regimes,
    extensions: extensions.map((file) => ({ ...file })),
    derived: derived.map(({ name, hash, window }) => ({ name, hash, window })),
    columns: [...pipeline.names],
    warmup: pipeline.warmup,
    pipelineHash: pipeline.hash,
    data: {
      reference: data.reference,
      contentHash: data.contentHash,
      barsHash: contentHash(bars),
      symbol: bars.instrument.symbol,
      rows: closeTime.length,
      range: { from: closeTime[0]!, to: closeTime.at(-1)! },
      synthetic: data.synthetic,
      lineage: data.lineage,
    },
    training: { rows: { ...training }, range: { from: closeTime[training.from]!, to: closeTime[training.to - 1]! } },
    statistics: columnStatistics(matrix, ready, training.to),
    values: { sha256: valuesHash(matrix.values), rows: matrix.rows, firstReady: matrix.firstReady },
  };
  return { content, pipeline, matrix };
}

/** Columns of a file are told apart without regard to case, and one of them holds the times. */
function refuseAmbiguous(names: readonly string[]): void {
  const lower = [timeColumn, ...names].map((name) => name.toLowerCase());
  const twice = lower.findIndex((name, index) => lower.indexOf(name) < index);
  if (twice < 0) return;
  throw new UserError("config/invalid", `features: "${names[twice - 1]}" is there already, or differs from another only in its case`, {
    path: "features",
    hint: "Give each column a name of its own.",
  });
}

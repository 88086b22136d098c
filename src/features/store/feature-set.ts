import { z } from "zod";
import { hashOf, UserError } from "../../base/index.ts";
import { Lineage } from "../../data/index.ts";
import { ColumnStatistics } from "../drift/column-statistics.ts";
import { FeatureSpec } from "../feature-spec.ts";
import { Regime } from "../regimes/regime.ts";
import { Scaler } from "../scaler.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const rows = z.strictObject({ from: z.int().min(0), to: z.int().min(1) });
const times = z.strictObject({ from: z.number(), to: z.number() });

/** A column that the pipeline does not make of bars itself, by name and by the hash of whatever decides its numbers. */
const ForeignColumn = z.strictObject({ name: z.string(), hash: z.string(), window: z.int().min(1) });

/** Everything that decides the numbers of a feature set and that was fitted for it. As JSON it loses nothing. */
export const FeatureSetContent = z.strictObject({
  /** With every default written out. */
  features: z.array(FeatureSpec).min(1),
  /** Columns of what else was known, such as macro series and news, behind the features: what decides their numbers, and how to have them again. */
  asOf: z.array(z.strictObject({ names: z.array(z.string()).min(1), hash: sha256, origin: z.record(z.string(), z.json()) })),
  /** Null where the features are left in their own units. */
  scaler: Scaler.nullable(),
  regimes: z.array(Regime),
  /** Such as what a network forecasts: whoever opens the set has to bring them. */
  derived: z.array(ForeignColumn),
  /** Files of the user's own indicators, which must be as they were. */
  extensions: z.array(z.strictObject({ path: z.string(), sha256 })),
  /** Names of all columns, in order. */
  columns: z.array(z.string()).min(1),
  /** Bars before the first row in which all are there. */
  warmup: z.int().min(0),
  /** Of the pipeline that all of this makes. */
  pipelineHash: sha256,
  /** The bars that it was fitted on. Times are bar-close, ms, UTC. */
  data: z.strictObject({
    /** What opens them again: a data set's name, or a file's path. */
    reference: z.string(),
    contentHash: sha256,
    /** SHA-256 of the bars alone, without corporate actions, as features see them. */
    barsHash: sha256,
    symbol: z.string(),
    rows: z.int().min(1),
    range: times,
    synthetic: z.boolean(),
    lineage: Lineage,
  }),
  /** The rows [from, to) that scaler, regimes and statistics were fitted to, and the close of the first and last of them. */
  training: z.strictObject({ rows, range: times }),
  /** How each column is distributed over the training rows behind the warm-up: what drift is measured against. */
  statistics: z.array(ColumnStatistics),
  /** SHA-256 of all columns of all rows, float32, row by row, and the first row in which all are there. */
  values: z.strictObject({ sha256, rows: z.int().min(1), firstReady: z.int().min(0) }),
});

export type FeatureSetContent = z.infer<typeof FeatureSetContent>;

/** Names that are the same on every file system. */
export const featureSetName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Refuses names that could leave the store's folder, or mean different folders on different systems. */
export function assertFeatureSetName(name: string): void {
  if (featureSetName.test(name)) return;
  throw new UserError("usage/invalid-option", `"${name}" cannot be the name of a feature set`, {
    path: "name",
    hint: "Use up to 64 small letters, digits and dashes, beginning with a letter or digit.",
  });
}

/** A feature set as it is stored: one JSON document, with its columns as Parquet beside it. */
export const FeatureSetDocument = z.strictObject({
  schema: z.literal("tradewind/feature-set@1"),
  name: z.string().regex(featureSetName),
  /** Counts up within a name. */
  version: z.int().min(1),
  /** When it was stored, ISO 8601. */
  createdAt: z.iso.datetime(),
  /** Of the content: equal content has equal hashes whatever it is called. */
  hash: sha256,
  content: FeatureSetContent,
});

export type FeatureSetDocument = z.infer<typeof FeatureSetDocument>;

/** SHA-256 of a content. */
export const contentHashOf = (content: FeatureSetContent): string => hashOf({ schema: "tradewind/feature-set@1", content });

/** How a person names a version: `name@version`. */
export const referenceOf = ({ name, version }: Pick<FeatureSetDocument, "name" | "version">): string => `${name}@${version}`;

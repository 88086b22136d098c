import { UserError } from "../../base/index.ts";
import { contentHash } from "../../data/index.ts";
import { type Bars, sliceBars } from "../../domain/index.ts";
import { type AsOfColumns, withAsOf } from "../as-of/as-of-columns.ts";
import { type DerivedColumn, withDerived } from "../derived.ts";
import type { Indicator } from "../indicator.ts";
import { featurePipeline, type FeaturePipeline } from "../pipeline.ts";
import { withRegimes } from "../regimes/regime.ts";
import { scaled } from "../scaler.ts";
import type { FeatureSetContent } from "./feature-set.ts";

/** What a feature set does not hold itself. */
export interface FeatureSetParts {
  readonly indicators?: Readonly<Record<string, Indicator>> | undefined;
  readonly asOf?: readonly AsOfColumns[] | undefined;
  readonly derived?: readonly DerivedColumn[] | undefined;
}

const mismatch = (path: string, message: string, hint: string) => new UserError("model/schema-mismatch", message, { path, hint });

function requireAsOf(wanted: FeatureSetContent["asOf"], given: readonly AsOfColumns[]): readonly AsOfColumns[] {
  return wanted.map(({ names, hash }) => {
    const columns = given.find((each) => each.hash === hash && each.names.join() === names.join());
    if (columns) return columns;
    const hint = "Bring the columns of dated values or news that the set was fitted with.";
    throw mismatch("asOf", `What the set was fitted with is missing or another: ${names.join(", ")}.`, hint);
  });
}

function requireDerived(wanted: FeatureSetContent["derived"], given: readonly DerivedColumn[]): readonly DerivedColumn[] {
  return wanted.map(({ name, hash }) => {
    const column = given.find((each) => each.name === name);
    if (column?.hash === hash) return column;
    const what = column ? "is not the one that the set was fitted with" : "is missing";
    const hint = "Bring the column, such as a model's forecast, that the set was fitted with.";
    throw mismatch("derived", `The derived column "${name}" ${what}.`, hint);
  });
}

/**
 * The pipeline of a feature set, made of the same objects for training and live. Columns beside the bars or derived ones that are missing
 * or others, or features whose meaning has changed since, are `model/schema-mismatch`.
 */
export function openFeatureSet(content: FeatureSetContent, { indicators, asOf = [], derived = [] }: FeatureSetParts = {}): FeaturePipeline {
  const own = withAsOf(featurePipeline(content.features, indicators), requireAsOf(content.asOf, asOf));
  const standard = content.scaler ? scaled(own, content.scaler) : own;
  const pipeline = withDerived(withRegimes(standard, content.regimes), requireDerived(content.derived, derived));
  if (pipeline.hash === content.pipelineHash) return pipeline;
  const hint = "Materialise the set anew with this version.";
  throw mismatch("pipelineHash", "The features no longer mean what they meant when the set was fitted.", hint);
}

/** How bars stand to those that a set was fitted on: the very same, the same with others behind them, or others. */
export type BarsRelation = "same" | "continued" | "other";

/** Compares bars with those that a set was fitted on, by their content. */
export function relationOf({ data }: Pick<FeatureSetContent, "data">, bars: Bars): BarsRelation {
  const rows = bars.closeTime.length;
  if (rows < data.rows || contentHash(sliceBars(bars, 0, data.rows)) !== data.barsHash) return "other";
  return rows === data.rows ? "same" : "continued";
}

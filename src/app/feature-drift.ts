import { type BarsRelation, type ColumnDrift, compareWithTraining, referenceOf } from "../features/index.ts";
import { openOnBars } from "./feature-sets.ts";

/** How far data have drifted from what a set was fitted to. */
export interface FeatureDrift {
  readonly reference: string;
  readonly data: string;
  readonly relation: BarsRelation;
  /** The rows compared, and the close of the first and last of them, ISO 8601. */
  readonly rows: number;
  readonly from: string;
  readonly to: string;
  readonly columns: readonly ColumnDrift[];
  /** Columns by verdict. */
  readonly drifted: readonly string[];
  readonly watched: readonly string[];
}

/**
 * Compares a data set's features with the training rows of a set: of the bars that it was fitted on, with those behind them, all rows
 * after the training; of other bars all rows behind the warm-up.
 */
export async function driftOfFeatures({
  name,
  data,
  home,
  cwd,
}: {
  readonly name: string;
  readonly data?: string | undefined;
  readonly home?: string | undefined;
  readonly cwd: string;
}): Promise<FeatureDrift> {
  const { document, pipeline, bars, relation, data: reference } = await openOnBars({ name, data, home }, cwd);
  const { statistics, training } = document.content;
  const matrix = pipeline.batch(bars);
  const [from, to] = [Math.min(relation === "other" ? pipeline.warmup : training.rows.to, matrix.rows), matrix.rows];
  const columns = compareWithTraining(statistics, matrix, from, to);
  const named = (verdict: ColumnDrift["verdict"]) => columns.filter((column) => column.verdict === verdict).map((column) => column.name);
  return {
    reference: referenceOf(document),
    data: reference,
    relation,
    rows: to - from,
    from: new Date(bars.closeTime[from]!).toISOString(),
    to: new Date(bars.closeTime[to - 1]!).toISOString(),
    columns,
    drifted: named("drift"),
    watched: named("watch"),
  };
}

import { assert, UserError } from "../../base/index.ts";
import type { RowRange } from "../../data/index.ts";
import type { Bars } from "../../domain/index.ts";
import type { FeatureMatrix } from "../pipeline.ts";

/** Features column by column beside what they are to tell, of the rows in which all are there. */
export interface SelectionTable {
  readonly names: readonly string[];
  readonly rows: number;
  /** One for each name. */
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
}

/** ln(close `horizon` bars later / close) of each row; NaN where that is not known. */
export const comingReturns = ({ close }: Bars, horizon: number): Float64Array =>
  close.map((price, row) => Math.log((close[row + horizon] ?? NaN) / price));

/** Rows that a selection needs at least. */
const leastRows = 100;

/**
 * The training rows with all features and a target that lies within the training rows as well: nothing of what comes behind them is
 * looked at. Of more than `mostRows` the latest are taken. Too few are `data/too-short`.
 */
export function selectionTable(
  matrix: FeatureMatrix,
  target: Float64Array,
  { from, to }: RowRange,
  horizon: number,
  mostRows: number,
): SelectionTable {
  assert(from >= 0 && to <= matrix.rows && target.length === matrix.rows, `training rows ${from} to ${to} of ${matrix.rows}`);
  const { names, width, values } = matrix;
  const complete: number[] = [];
  for (let row = from; row < to - horizon; row++) {
    const own = values.subarray(row * width, (row + 1) * width);
    if (Number.isFinite(target[row]) && own.every(Number.isFinite)) complete.push(row);
  }
  if (complete.length < leastRows) {
    throw new UserError(
      "data/too-short",
      `Only ${complete.length} training rows have all features and a target; ${leastRows} are needed.`,
      {
        hint: "Use more bars for training, or features with a shorter warm-up.",
      },
    );
  }
  const taken = complete.slice(-mostRows);
  return {
    names,
    rows: taken.length,
    columns: names.map((_, place) => Float64Array.from(taken, (row) => values[row * width + place]!)),
    target: Float64Array.from(taken, (row) => target[row]!),
  };
}

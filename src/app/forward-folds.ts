import { UserError } from "../base/index.ts";
import { type Fold, walkForward } from "../data/index.ts";

/** How folds that walk forward are cut where not everything is said. */
export interface ForwardCut {
  readonly folds: number;
  readonly anchored: boolean;
  readonly embargo: number;
  /** Rows to learn from; as many as `usualTrainRows` and the data allow unless given, where anchored all there are. */
  readonly trainBars?: number | undefined;
  /** Rows of a test; unless given, the folds share what there is from the first test on. */
  readonly testBars?: number | undefined;
  /** Where the first test begins; unless given, the tests fill the second half, or as much of the end as they need. */
  readonly firstTest?: number | undefined;
  readonly usualTrainRows: number;
  /** Where the fields of the cut stand, such as `experiment.walkForward.`, for what is refused. */
  readonly at: string;
}

/** A decision and the bar on which it fills. */
const leastRows = 2;

/** Folds over some rows; too few of these are `data/too-short` with the field that asks for too much. */
export function forwardFolds(
  rows: number,
  { at, folds, anchored, embargo, trainBars, testBars, firstTest, usualTrainRows }: ForwardCut,
): Fold[] {
  const isPlaced = firstTest !== undefined;
  const first = firstTest ?? Math.floor(rows / 2);
  const testRows = testBars ?? Math.floor((rows - first) / folds);
  const end = isPlaced ? first + folds * testRows : rows;
  const available = end - folds * testRows - embargo;
  const refused = (field: string) =>
    new UserError("data/too-short", `${rows} bars are too few for ${folds} walk-forward folds`, {
      path: `${at}${field}`,
      hint: "Use more bars, fewer folds, or shorter ones.",
    });
  if (testRows < leastRows || end > rows) throw refused(isPlaced ? "from" : "folds");
  const trainRows = trainBars ?? (anchored ? undefined : Math.min(usualTrainRows, available));
  if (available < leastRows || (trainRows ?? 0) > available) throw refused("folds");
  return walkForward({ rows: end, folds, trainRows, testRows, embargo, anchored });
}

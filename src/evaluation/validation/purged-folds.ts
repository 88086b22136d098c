import { UserError } from "../../base/index.ts";
import type { RowRange } from "../../data/index.ts";
import { choices } from "../significance/index.ts";

/** What to train on and what to judge on, each as stretches of rows in time order, none touching the next. */
export interface PurgedFold {
  readonly train: readonly RowRange[];
  readonly test: readonly RowRange[];
}

/** One split of combinatorial cross-validation. */
export interface CombinatorialFold extends PurgedFold {
  /** Which groups of rows are the test, ascending. */
  readonly groups: readonly number[];
  /** For each of these groups, which of the backtest paths its result belongs to. */
  readonly paths: readonly number[];
}

/** How rows are cut. */
export interface PurgedCut {
  readonly rows: number;
  /** As `groupRows` cuts them. */
  readonly groups: number;
  /**
   * [rows] The last row that a row's label or reward depends on, never before the row itself: t + 5 where it is the return of the next
   * five bars. A number is that many rows ahead for all.
   */
  readonly horizon: number | ArrayLike<number>;
  /** Rows left out of training after each stretch of the test, for what lingers in features (autocorrelation). */
  readonly embargo: number;
}

/**
 * Purged k-fold cross-validation (López de Prado, 2018, chapter 7): each group is once the test. Left out of training is every row
 * whose label reaches into a test stretch, or that a label of the test reaches to, and the embargo after it. A cut that leaves nothing
 * to train on is `data/too-short`.
 */
export const purgedFolds = (cut: PurgedCut): PurgedFold[] => combinatorialFolds(cut, 1).map(({ train, test }) => ({ train, test }));

/**
 * Combinatorial purged cross-validation (López de Prado, 2018, chapter 12): every choice of `testGroups` of the groups is once the
 * test, purged as in `purgedFolds`. Each group is tested C(groups − 1, testGroups − 1) times; put together by `paths` the results make
 * that many whole backtests, each over every row once.
 */
export function combinatorialFolds(cut: PurgedCut, testGroups: number): CombinatorialFold[] {
  const { rows, groups, embargo } = cut;
  const isCount = (value: number, least: number) => Number.isInteger(value) && value >= least;
  if (!isCount(groups, 2) || !isCount(testGroups, 1) || testGroups >= groups || !isCount(embargo, 0) || rows < groups) {
    throw new UserError("config/invalid", `${rows} rows cannot be cut into ${groups} groups with ${testGroups} to test on`, {
      path: "validation",
      hint: "Use at least two groups, fewer of them to test on than there are, a whole embargo from 0 up, and a row a group.",
    });
  }
  const lastNeeded = lastRows(cut);
  const stretches = groupRows(rows, groups);
  const tested = new Array<number>(groups).fill(0);
  return [...choices(groups, testGroups)].map((chosen) => {
    const test = joined(chosen.map((group) => stretches[group]!));
    const train = trainingRows(test, lastNeeded, embargo);
    if (train.length === 0) {
      throw new UserError("data/too-short", `nothing is left to train on beside the test groups ${chosen.join(", ")}`, {
        path: "validation",
        hint: "Use more data, a shorter horizon or embargo, or fewer test groups.",
      });
    }
    return { train, test, groups: chosen, paths: chosen.map((group) => tested[group]!++) };
  });
}

/** Rows cut into groups of equal size, the first ones a row longer where it does not come out even. */
export function groupRows(rows: number, groups: number): RowRange[] {
  const begin = (group: number) => group * Math.floor(rows / groups) + Math.min(group, rows % groups);
  return Array.from({ length: groups }, (_, group) => ({ from: begin(group), to: begin(group + 1) }));
}

function lastRows({ rows, horizon }: PurgedCut): Float64Array {
  const last = Float64Array.from({ length: rows }, (_, row) => (typeof horizon === "number" ? row + horizon : horizon[row]!));
  const wrong = last.findIndex((value, row) => !(value >= row));
  if (wrong < 0) return last;
  throw new UserError("config/invalid", `row ${wrong} cannot depend on rows up to ${last[wrong]} only`, {
    path: "validation.horizon",
    hint: "A row's label ends at the row itself or later.",
  });
}

/** All rows but the test's, those whose labels overlap with its labels in time, and the embargo. */
function trainingRows(test: readonly RowRange[], lastNeeded: Float64Array, embargo: number): RowRange[] {
  const rows = lastNeeded.length;
  const isLeftOut = new Uint8Array(rows);
  for (const { from, to } of test) {
    let last = to - 1;
    for (let row = from; row < to; row++) last = Math.max(last, lastNeeded[row]!);
    for (let row = 0; row < from; row++) if (lastNeeded[row]! >= from) isLeftOut[row] = 1;
    isLeftOut.fill(1, from, Math.min(rows, Math.max(last + 1, to) + embargo));
  }
  const kept: RowRange[] = [];
  for (let row = 0; row < rows; row++) if (isLeftOut[row] === 0) kept.push({ from: row, to: row + 1 });
  return joined(kept);
}

/** Stretches that touch made one. */
function joined(ranges: readonly RowRange[]): RowRange[] {
  const whole: { from: number; to: number }[] = [];
  for (const { from, to } of ranges) {
    const last = whole.at(-1);
    if (last?.to === from) last.to = to;
    else whole.push({ from, to });
  }
  return whole;
}

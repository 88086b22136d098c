import { assert, UserError } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";

/** Rows [from, to). */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Three stretches of a series, one after the other. */
export interface Split {
  readonly train: RowRange;
  readonly validation: RowRange;
  readonly test: RowRange;
}

/** Shares of all rows to train on and to choose by; the rest is the test. `embargo` rows are left out between. */
export interface Shares {
  readonly train: number;
  readonly validation: number;
  readonly embargo?: number | undefined;
}

/** Cuts bars in time order: the first share to train on, the next to choose by, the rest to test on. */
export function split({ closeTime }: Pick<Bars, "closeTime">, { train, validation, embargo = 0 }: Shares): Split {
  const rows = closeTime.length;
  if (!(train > 0 && validation >= 0 && train + validation < 1)) {
    throw new UserError("config/invalid", `shares of ${train} and ${validation} leave nothing to train or to test on`, {
      path: "split",
      hint: "Give a train share above 0 and a validation share that together stay below 1.",
    });
  }
  assertCount("embargo", embargo, 0);
  const trainTo = Math.floor(rows * train);
  // 0.6 + 0.2 is a hair below 0.8. Without validation the test follows training, however both are rounded.
  const validationTo = validation === 0 ? trainTo : Math.floor(rows * (train + validation) + 1e-9);
  const parts = {
    train: { from: 0, to: trainTo },
    validation: validation === 0 ? { from: trainTo, to: trainTo } : { from: trainTo + embargo, to: validationTo },
    test: { from: validationTo + embargo, to: rows },
  };
  const isEmpty = ({ from, to }: RowRange) => to <= from;
  if (isEmpty(parts.train) || (validation > 0 && isEmpty(parts.validation)) || isEmpty(parts.test)) {
    throw new UserError("data/too-short", `${rows} bars are too few to be split`, {
      path: "split",
      hint: "Use more data, other shares or a shorter embargo.",
    });
  }
  return parts;
}

/** One fold of a walk forward: what is learned on the first is tested on the second. */
export interface Fold {
  readonly train: RowRange;
  readonly test: RowRange;
}

/** How to walk forward. `embargo` rows are left out between train and test. */
export interface WalkForward {
  readonly rows: number;
  readonly folds: number;
  /** Rows to train on: in every fold, or in the first one where anchored. Left out: all there are before the first test. */
  readonly trainRows?: number | undefined;
  readonly testRows: number;
  readonly embargo: number;
  /** Each fold trains from the same first row on, rather than on the same number of rows. */
  readonly anchored: boolean;
}

/** Folds over the end of the rows, oldest first; their tests follow one another without gap or overlap and end with the last row. */
export function walkForward({ rows, folds, trainRows, testRows, embargo, anchored }: WalkForward): Fold[] {
  assert(Number.isInteger(rows) && rows >= 0, `rows ${rows}`);
  assertCount("folds", folds, 1);
  assertCount("testRows", testRows, 1);
  assertCount("embargo", embargo, 0);
  if (trainRows !== undefined) assertCount("trainRows", trainRows, 1);
  const available = rows - folds * testRows - embargo;
  const length = trainRows ?? available;
  if (available < 1 || length > available) {
    const needed = folds * testRows + embargo + (trainRows ?? 1);
    throw new UserError("data/too-short", `${folds} folds need at least ${needed} bars; there are ${rows}`, {
      path: "walkForward",
      hint: "Use more data, fewer folds, or fewer rows a fold.",
    });
  }
  const start = available - length;
  return Array.from({ length: folds }, (_, fold) => {
    const from = available + embargo + fold * testRows;
    return { train: { from: anchored ? start : start + fold * testRows, to: from - embargo }, test: { from, to: from + testRows } };
  });
}

function assertCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new UserError("config/invalid", `${name} must be a whole number from ${least} up, not ${value}`, {
    path: name,
    hint: `Correct ${name}.`,
  });
}

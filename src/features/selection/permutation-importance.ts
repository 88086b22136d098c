import { meanAndDeviation } from "../drift/column-statistics.ts";
import type { SelectionTable } from "./selection-table.ts";

/** How a ridge regression is tried out. */
export interface RidgeOptions {
  /** Stretches of time, each predicted from the others. */
  readonly folds: number;
  /** Rows left out of learning on either side of a stretch, at least the horizon of the target. */
  readonly gap: number;
  /** λ of ‖y − Xw‖² / n + λ‖w‖², for standardised columns. */
  readonly penalty: number;
}

/** A fold with all that does not depend on the target. */
interface Fold {
  readonly test: { readonly from: number; readonly to: number };
  /** Rows that are learned from. */
  readonly learned: Uint32Array;
  /** Columns in deviations of the learned rows from their mean; all rows. */
  readonly columns: readonly Float64Array[];
  /** Cholesky's factor of XᵀX / n + λ, row by row. */
  readonly factor: Float64Array;
}

/** What a ridge regression tells of rows that it has not learned from. */
export interface RidgeResult {
  /** 1 − squared errors over those of the learned rows' mean: of all folds together, below 0 where it misleads. */
  readonly rSquared: number;
  /** [folds][columns]: by how much the squared error grows without the column's order, over the variance of the target. */
  readonly importance: readonly Float64Array[];
}

/** Cholesky's lower factor of a symmetric positive definite matrix. */
function cholesky(matrix: Float64Array, width: number): Float64Array {
  const factor = new Float64Array(width * width);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * width + column]!;
      for (let inner = 0; inner < column; inner++) sum -= factor[row * width + inner]! * factor[column * width + inner]!;
      factor[row * width + column] = row === column ? Math.sqrt(sum) : sum / factor[column * width + column]!;
    }
  }
  return factor;
}

/** Solves L·Lᵀ·w = right. */
function solve(factor: Float64Array, right: Float64Array): Float64Array {
  const width = right.length;
  const found = right.slice();
  for (let row = 0; row < width; row++) {
    for (let inner = 0; inner < row; inner++) found[row]! -= factor[row * width + inner]! * found[inner]!;
    found[row]! /= factor[row * width + row]!;
  }
  for (let row = width - 1; row >= 0; row--) {
    for (let inner = row + 1; inner < width; inner++) found[row]! -= factor[inner * width + row]! * found[inner]!;
    found[row]! /= factor[row * width + row]!;
  }
  return found;
}

const leastDeviation = 1e-12;

function prepareFold({ rows, columns }: SelectionTable, { folds, gap, penalty }: RidgeOptions, index: number): Fold {
  const test = { from: Math.floor((index * rows) / folds), to: Math.floor(((index + 1) * rows) / folds) };
  const learned = Uint32Array.from({ length: rows }, (_, row) => row).filter((row) => row < test.from - gap || row >= test.to + gap);
  const standard = columns.map((column) => {
    const { mean, deviation } = meanAndDeviation(Float64Array.from(learned, (row) => column[row]!));
    return column.map((value) => (deviation > leastDeviation ? (value - mean) / deviation : 0));
  });
  const width = columns.length;
  const gram = new Float64Array(width * width);
  for (let left = 0; left < width; left++) {
    for (let right = 0; right <= left; right++) {
      let sum = 0;
      for (const row of learned) sum += standard[left]![row]! * standard[right]![row]!;
      gram[left * width + right] = gram[right * width + left] = sum / learned.length + (left === right ? penalty : 0);
    }
  }
  return { test, learned, columns: standard, factor: cholesky(gram, width) };
}

/** Errors on the test rows of a fold, what they would be with the mean alone, and the importance of each column there. */
function tryFold({ test, learned, columns, factor }: Fold, target: Float64Array) {
  const mean = learned.reduce((sum, row) => sum + target[row]!, 0) / learned.length;
  const products = Float64Array.from(
    columns,
    (column) => learned.reduce((sum, row) => sum + column[row]! * (target[row]! - mean), 0) / learned.length,
  );
  const weights = solve(factor, products);
  const rows = test.to - test.from;
  const errors = target.slice(test.from, test.to).map((value) => value - mean);
  const ofMean = errors.reduce((sum, error) => sum + error * error, 0);
  columns.forEach((column, place) => {
    for (let row = 0; row < rows; row++) errors[row]! -= weights[place]! * column[test.from + row]!;
  });
  const ofRidge = errors.reduce((sum, error) => sum + error * error, 0);
  const variance = meanAndDeviation(target.subarray(test.from, test.to)).deviation ** 2;
  const importance = Float64Array.from(columns, (column, place) => {
    // The mean over all orders of the column: a row then is given every value of the column equally often.
    const weight = weights[place]!;
    const own = column.subarray(test.from, test.to);
    const { mean: centre, deviation } = meanAndDeviation(own);
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += (errors[row]! + weight * (own[row]! - centre)) ** 2;
    return variance > 0 ? (sum / rows + (weight * deviation) ** 2 - ofRidge / rows) / variance : 0;
  });
  return { ofRidge, ofMean, importance };
}

/**
 * A ridge regression of targets on all columns, tried on stretches of time that it has not learned from, with a gap on either side
 * (López de Prado, 2018: purged folds). Importance is that of permutation (Breiman, 2001; Fisher, Rudin & Dominici, 2019), in closed
 * form over all permutations. The function takes targets of the table's rows, so that many may be tried at the cost of one.
 */
export function ridgeTrial(table: SelectionTable, options: RidgeOptions): (target: Float64Array) => RidgeResult {
  const folds = Array.from({ length: options.folds }, (_, index) => prepareFold(table, options, index));
  return (target) => {
    const tried = folds.map((fold) => tryFold(fold, target));
    const total = (of: "ofRidge" | "ofMean") => tried.reduce((sum, each) => sum + each[of], 0);
    const least = total("ofMean");
    return { rSquared: least > 0 ? 1 - total("ofRidge") / least : 0, importance: tried.map((each) => each.importance) };
  };
}

/** Two-sided 95 % quantiles of Student's t by degrees of freedom from 1. */
const students = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093,
];

/**
 * Mean over folds and its 95 % interval, by Student's t with the variance corrected for folds that learn from the same rows (Nadeau &
 * Bengio, 2003): s² (1/K + 1/(K − 1)). Of 2 to 20 folds.
 */
export function meanOverFolds(values: Float64Array): { readonly mean: number; readonly low: number; readonly high: number } {
  const folds = values.length;
  const { mean, deviation } = meanAndDeviation(values);
  const variance = (deviation ** 2 * folds) / (folds - 1);
  const reach = students[folds - 2]! * Math.sqrt(variance * (1 / folds + 1 / (folds - 1)));
  return { mean, low: mean - reach, high: mean + reach };
}

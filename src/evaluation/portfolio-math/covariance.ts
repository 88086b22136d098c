import { assert } from "../../base/index.ts";

/** Simple returns of several assets: `rows` bars of `assets` numbers each, bar by bar. */
export interface ReturnWindow {
  readonly values: Float64Array;
  readonly rows: number;
  readonly assets: number;
}

/** Means and covariances of a window. `covariance` is [assets × assets], symmetric. */
export interface Estimate {
  readonly assets: number;
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  /** How far the covariances were drawn to a multiple of the identity, 0 to 1. */
  readonly shrinkage: number;
}

/** How covariances are estimated: as they are (ddof 1), or shrunk. */
export type Estimator = "sample" | "ledoit-wolf";

/**
 * Means and covariances. Shrunk as Ledoit & Wolf (2004) prove best: (1 − s) S + s μ I with μ the mean variance and s estimated from how
 * much the outer products of single bars stray from S (ddof 0).
 */
export function estimate({ values, rows, assets }: ReturnWindow, estimator: Estimator = "ledoit-wolf"): Estimate {
  assert(rows >= 2 && values.length === rows * assets, `${values.length} returns for ${rows} bars of ${assets} assets`);
  const mean = new Float64Array(assets);
  for (let row = 0; row < rows; row++) for (let asset = 0; asset < assets; asset++) mean[asset]! += values[row * assets + asset]! / rows;
  const centred = values.map((value, index) => value - mean[index % assets]!);
  const sums = new Float64Array(assets * assets);
  for (let row = 0; row < rows; row++) addOuter(sums, centred, row * assets, assets);
  if (estimator === "sample") return { assets, mean, covariance: sums.map((sum) => sum / (rows - 1)), shrinkage: 0 };
  const sample = sums.map((sum) => sum / rows);
  const shrinkage = bestShrinkage(centred, sample, rows, assets);
  const target = trace(sample, assets) / assets;
  const covariance = sample.map((value, index) => (1 - shrinkage) * value + (index % (assets + 1) === 0 ? shrinkage * target : 0));
  return { assets, mean, covariance, shrinkage };
}

function addOuter(sums: Float64Array, centred: Float64Array, from: number, assets: number): void {
  for (let left = 0; left < assets; left++)
    for (let right = 0; right < assets; right++) sums[left * assets + right]! += centred[from + left]! * centred[from + right]!;
}

function bestShrinkage(centred: Float64Array, sample: Float64Array, rows: number, assets: number): number {
  const target = trace(sample, assets) / assets;
  let distance = 0;
  for (let index = 0; index < sample.length; index++) distance += (sample[index]! - (index % (assets + 1) === 0 ? target : 0)) ** 2;
  if (!(distance > 0)) return 1; // It is a multiple of the identity already.
  let spread = 0;
  for (let row = 0; row < rows; row++) {
    for (let left = 0; left < assets; left++) {
      for (let right = 0; right < assets; right++) {
        const product = centred[row * assets + left]! * centred[row * assets + right]!;
        spread += (product - sample[left * assets + right]!) ** 2;
      }
    }
  }
  return Math.min(spread / rows ** 2, distance) / distance;
}

const trace = (matrix: Float64Array, size: number): number => {
  let sum = 0;
  for (let index = 0; index < size; index++) sum += matrix[index * (size + 1)]!;
  return sum;
};

/** Matrix [size × size] times vector. */
export function times(matrix: Float64Array, vector: ArrayLike<number>): Float64Array {
  const size = vector.length;
  return Float64Array.from(vector, (_, row) => {
    let sum = 0;
    for (let column = 0; column < size; column++) sum += matrix[row * size + column]! * vector[column]!;
    return sum;
  });
}

/** Σ left × right. */
export function dot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index]! * right[index]!;
  return sum;
}

/** Solves A x = b for each column of b, [size × columns], by elimination with partial pivoting; a singular A is a bug of the caller. */
export function solve(matrix: Float64Array, right: Float64Array, size: number): Float64Array {
  const columns = right.length / size;
  const [a, b] = [matrix.slice(), right.slice()];
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row++) if (Math.abs(a[row * size + pivot]!) > Math.abs(a[best * size + pivot]!)) best = row;
    assert(a[best * size + pivot] !== 0, "the matrix is singular");
    swapRows(a, pivot, best, size);
    swapRows(b, pivot, best, columns);
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = a[row * size + pivot]! / a[pivot * size + pivot]!;
      if (factor === 0) continue;
      for (let column = pivot; column < size; column++) a[row * size + column]! -= factor * a[pivot * size + column]!;
      for (let column = 0; column < columns; column++) b[row * columns + column]! -= factor * b[pivot * columns + column]!;
    }
  }
  return b.map((value, index) => value / a[Math.floor(index / columns) * (size + 1)]!);
}

function swapRows(values: Float64Array, left: number, right: number, width: number): void {
  if (left === right) return;
  const row = values.slice(left * width, (left + 1) * width);
  values.copyWithin(left * width, right * width, (right + 1) * width);
  values.set(row, right * width);
}

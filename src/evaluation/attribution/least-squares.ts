/** An orthogonal form of a matrix of columns: X = Q R with Qᵀ Q = 1. `columns` are those of Q; R is upper, [k × k], by rows. */
export interface Orthogonal {
  readonly columns: readonly Float64Array[];
  readonly upper: Float64Array;
}

const product = (left: Float64Array, right: Float64Array): number => {
  let sum = 0;
  for (let row = 0; row < left.length; row++) sum += left[row]! * right[row]!;
  return sum;
};

/** Gram–Schmidt, each column twice, so that Q is orthogonal to the last digits; `null` where a column depends on those before it. */
export function orthogonal(matrix: readonly Float64Array[]): Orthogonal | null {
  const size = matrix.length;
  const upper = new Float64Array(size * size);
  const columns: Float64Array[] = [];
  for (const [index, given] of matrix.entries()) {
    const column = given.slice();
    const length = Math.sqrt(product(given, given));
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < index; other++) {
        const share = product(columns[other]!, column);
        upper[other * size + index]! += share;
        for (let row = 0; row < column.length; row++) column[row]! -= share * columns[other]![row]!;
      }
    }
    const rest = Math.sqrt(product(column, column));
    if (!(rest > 1e-10 * length)) return null;
    upper[index * (size + 1)] = rest;
    columns.push(column.map((value) => value / rest));
  }
  return { columns, upper };
}

/** Qᵀ y. */
export const project = ({ columns }: Orthogonal, values: Float64Array): Float64Array =>
  Float64Array.from(columns, (column) => product(column, values));

/** R⁻¹ b. */
export function backSolve({ upper }: Orthogonal, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let row = size - 1; row >= 0; row--) {
    for (let column = row + 1; column < size; column++) solution[row]! -= upper[row * size + column]! * solution[column]!;
    solution[row]! /= upper[row * (size + 1)]!;
  }
  return solution;
}

/**
 * Long-run covariance Σ_l w_l Σ_t s_t s_{t−l}ᵀ (both ways) of k series s_t = q_t u_t, with Bartlett's weights w_l = 1 − |l| / (lags + 1)
 * (Newey & West, 1987), which keep it positive semi-definite; [k × k], not divided by the count.
 */
export function bartlettCovariance(columns: readonly Float64Array[], residuals: Float64Array, lags: number): Float64Array {
  const size = columns.length;
  const series = columns.map((column) => column.map((value, row) => value * residuals[row]!));
  const sums = new Float64Array(size * size);
  for (let left = 0; left < size; left++) {
    for (let right = 0; right < size; right++) {
      const [a, b] = [series[left]!, series[right]!];
      let total = 0;
      for (let lag = 0; lag <= Math.min(lags, residuals.length - 1); lag++) {
        let sum = 0;
        for (let row = lag; row < a.length; row++) sum += a[row]! * b[row - lag]! + (lag > 0 ? a[row - lag]! * b[row]! : 0);
        total += (1 - lag / (lags + 1)) * sum;
      }
      sums[left * size + right] = total;
    }
  }
  return sums;
}

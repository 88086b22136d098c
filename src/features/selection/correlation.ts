import { meanAndDeviation } from "../drift/column-statistics.ts";

/** Pearson's correlation of two columns; 0 where one does not move. */
export function pearson(left: Float64Array, right: Float64Array): number {
  const [first, second] = [meanAndDeviation(left), meanAndDeviation(right)];
  const scale = left.length * first.deviation * second.deviation;
  if (!(scale > 0)) return 0;
  let sum = 0;
  for (let row = 0; row < left.length; row++) sum += (left[row]! - first.mean) * (right[row]! - second.mean);
  return sum / scale;
}

/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, row) => row).sort((left, right) => values[left]! - values[right]!);
  const found = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let place = from; place < to; place++) found[order[place]!] = (from + 1 + to) / 2;
  }
  return found;
}

/** Spearman's correlation: Pearson's of the ranks. */
export const spearman = (left: Float64Array, right: Float64Array): number => pearson(ranks(left), ranks(right));

/** Correlations of columns with each other, [columns][columns]. */
export function correlationMatrix(columns: readonly Float64Array[], of: (left: Float64Array, right: Float64Array) => number): number[][] {
  const matrix = columns.map(() => columns.map(() => 1));
  columns.forEach((left, row) => {
    for (let column = 0; column < row; column++) matrix[row]![column] = matrix[column]![row] = of(left, columns[column]!);
  });
  return matrix;
}

/** Groups of columns that absolute correlations of `least` and more chain together (single linkage): the number of each column's group. */
export function nearDuplicates(matrix: readonly (readonly number[])[], least: number): number[] {
  const group = matrix.map(() => -1);
  let groups = 0;
  const join = (column: number, to: number): void => {
    group[column] = to;
    matrix[column]!.forEach((value, other) => {
      if (group[other] === -1 && Math.abs(value) >= least) join(other, to);
    });
  };
  matrix.forEach((_, column) => {
    if (group[column] === -1) join(column, groups++);
  });
  return group;
}

import type { Random } from "../../base/index.ts";
import { meanAndDeviation } from "../drift/column-statistics.ts";

/** Neighbours that the estimate counts by. */
const neighbours = 3;

/** So small a part of a deviation is added to tell equal values apart, as Kraskov et al. do. */
const jitter = 1e-10;

/** A column in deviations from its mean, no two values the same. */
export function standardised(values: Float64Array, random: Random): Float64Array {
  const { mean, deviation } = meanAndDeviation(values);
  const scale = deviation > 0 ? deviation : 1;
  return values.map((value) => (value - mean) / scale + jitter * random.normal());
}

/** H(n) = 1 + 1/2 + … + 1/n for n up to `most`. */
function harmonics(most: number): Float64Array {
  const sums = new Float64Array(most + 1);
  for (let n = 1; n <= most; n++) sums[n] = sums[n - 1]! + 1 / n;
  return sums;
}

/** How many of ascending values are below a number. */
function countBelow(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many others are nearer to a value than a distance. */
const countNearer = (sorted: Float64Array, value: number, distance: number): number => {
  const first = countBelow(sorted, value - distance);
  let last = countBelow(sorted, value + distance);
  // Rounding may put the very edge inside.
  while (last > first && sorted[last - 1]! - value >= distance) last--;
  let from = first;
  while (from < last && value - sorted[from]! >= distance) from++;
  return last - from - 1;
};

/** One column, ready to be measured against others. */
export interface SortedColumn {
  /** Rows in ascending order of the value, and the values in that order. */
  readonly order: Uint32Array;
  readonly sorted: Float64Array;
}

/** Sorts a standardised column. */
export function sortedColumn(values: Float64Array): SortedColumn {
  const order = Uint32Array.from(values, (_, row) => row).sort((left, right) => values[left]! - values[right]!);
  return { order, sorted: Float64Array.from(order, (row) => values[row]!) };
}

/** Distance to the k-th nearest neighbour in the greater of the two differences, of the point at a place of the order. */
function neighbourDistance({ order, sorted }: SortedColumn, target: Float64Array, place: number, nearest: Float64Array): number {
  nearest.fill(Infinity);
  const [value, goal] = [sorted[place]!, target[order[place]!]!];
  let [left, right] = [place - 1, place + 1];
  for (;;) {
    const toLeft = left >= 0 ? value - sorted[left]! : Infinity;
    const toRight = right < sorted.length ? sorted[right]! - value : Infinity;
    const isLeft = toLeft <= toRight;
    const apart = isLeft ? toLeft : toRight;
    if (apart >= nearest[neighbours - 1]!) return nearest[neighbours - 1]!; // Nobody further along is nearer; also where none is left.
    const distance = Math.max(apart, Math.abs(target[order[isLeft ? left-- : right++]!]! - goal));
    let slot = neighbours - 1;
    if (distance >= nearest[slot]!) continue;
    for (; slot > 0 && nearest[slot - 1]! > distance; slot--) nearest[slot] = nearest[slot - 1]!;
    nearest[slot] = distance;
  }
}

/**
 * Mutual information of two columns in nats by the first estimator of Kraskov, Stögbauer & Grassberger (2004) with three neighbours:
 * ψ(k) + ψ(N) − ⟨ψ(n₁ + 1) + ψ(n₂ + 1)⟩. Nearly without bias: it is a little below 0 now and then where there is none. Columns are
 * standardised and hold more rows than neighbours.
 */
export function mutualInformation(column: SortedColumn, target: Float64Array): number {
  const rows = target.length;
  const sortedTarget = target.toSorted();
  const sums = harmonics(rows); // ψ(n) is H(n − 1) less a constant, which cancels.
  const nearest = new Float64Array(neighbours);
  let total = 0;
  for (let place = 0; place < rows; place++) {
    const distance = neighbourDistance(column, target, place, nearest);
    total += sums[countNearer(column.sorted, column.sorted[place]!, distance)]!;
    total += sums[countNearer(sortedTarget, target[column.order[place]!]!, distance)]!;
  }
  return sums[neighbours - 1]! + sums[rows - 1]! - total / rows;
}

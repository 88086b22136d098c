import { lagged } from "./lag.ts";

/** The last `period` values in ascending order. */
export interface SortedWindow {
  /** The first `count` are in use. */
  readonly values: Float64Array;
  readonly count: number;
  update(value: number): void;
  /** Values below the given one. */
  below(value: number): number;
  /** The value below which a share of them lies, between neighbours in proportion (type 7 of Hyndman & Fan, 1996). */
  quantile(share: number): number;
}

/**
 * Keeps a window sorted: a binary search each for what goes and what comes, and the values between them move by one. A value that is no
 * number counts as the greatest of all.
 */
export function sortedWindow(period: number): SortedWindow {
  const values = new Float64Array(period);
  const past = lagged(period);
  const below = (value: number) => {
    let low = 0;
    let high = sorted.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const sorted = {
    values,
    count: 0,
    below,
    update(value: number) {
      const added = Number.isNaN(value) ? Infinity : value;
      const gone = past(added);
      let place = below(added);
      let hole = sorted.count; // Where there is room: behind the last, or where the oldest stood.
      if (sorted.count === period) hole = below(gone);
      else sorted.count++;
      if (hole < place) place--;
      for (; hole < place; hole++) values[hole] = values[hole + 1]!;
      for (; hole > place; hole--) values[hole] = values[hole - 1]!;
      values[place] = added;
    },
    quantile(share: number) {
      const place = share * (sorted.count - 1);
      const lower = Math.floor(place);
      const left = values[lower]!;
      const right = values[Math.min(lower + 1, sorted.count - 1)]!;
      return left + (place - lower) * (right - left);
    },
  };
  return sorted;
}

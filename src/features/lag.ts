/** The value `period` values ago, NaN before there is one. */
export function lagged(period: number): (value: number) => number {
  const values = new Float64Array(period).fill(NaN);
  let oldest = 0;
  return (value) => {
    const past = values[oldest]!;
    values[oldest] = value;
    oldest = oldest + 1 === period ? 0 : oldest + 1;
    return past;
  };
}

/** The last values in one stretch of memory, for what has to look at each of them. */
export interface RecentValues {
  /** Holds the window at `values[start]` and the `period − 1` after it, oldest first; NaN where there is no value yet. */
  readonly values: Float64Array;
  readonly start: number;
  update(value: number): void;
}

/** Keeps the last `period` values in order without moving any: each is written twice, a window's length apart. */
export function recentValues(period: number): RecentValues {
  const values = new Float64Array(2 * period).fill(NaN);
  let next = 0;
  const recent = {
    values,
    start: 0,
    update(value: number) {
      values[next] = values[next + period] = value;
      next = next + 1 === period ? 0 : next + 1;
      recent.start = next;
    },
  };
  return recent;
}

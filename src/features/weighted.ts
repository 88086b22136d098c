/** Sum of the last `period` values, and their sum weighted 1 for the oldest, 2 for the next, … , `period` for the latest. */
export interface RollingWeighted {
  readonly sum: number;
  readonly weighted: number;
  update(value: number): void;
}

/**
 * Plain and linearly weighted sums over a window, in blocks as `rollingFold` has them: the weighted sum of a block's tail is that of
 * the next shorter tail plus the tail's plain sum. Nothing is taken out again, so nothing drifts. Until there are `period` values,
 * those that are missing count as 0.
 */
export function rollingWeighted(period: number): RollingWeighted {
  const values = new Float64Array(period);
  const tailSum = new Float64Array(period + 1);
  const tailWeighted = new Float64Array(period + 1);
  let headSum = 0;
  let headWeighted = 0;
  let count = 0;
  const window = {
    sum: 0,
    weighted: 0,
    update(value: number) {
      values[count++] = value;
      headSum += value;
      headWeighted += count * value;
      window.sum = tailSum[count]! + headSum;
      window.weighted = tailWeighted[count]! + headWeighted + (period - count) * headSum;
      if (count < period) return;
      for (let index = period - 1; index >= 0; index--) {
        tailSum[index] = tailSum[index + 1]! + values[index]!;
        tailWeighted[index] = tailWeighted[index + 1]! + tailSum[index]!;
      }
      headSum = headWeighted = count = 0;
    },
  };
  return window;
}

/** The straight line of least squares through the last `period` values, at 0, 1, … , `period − 1`. */
export interface RollingLine {
  /** A bar. */
  readonly slope: number;
  /** At the oldest value. */
  readonly intercept: number;
  update(value: number): void;
}

/** Fits a line to a window of `period` ≥ 2 values in amortised constant time. */
export function rollingLine(period: number): RollingLine {
  const window = rollingWeighted(period);
  const middle = (period - 1) / 2;
  const spread = (period * (period * period - 1)) / 12; // Sum of squared distances of 0 … period − 1 from their middle.
  const line = {
    slope: 0,
    intercept: 0,
    update(value: number) {
      window.update(value);
      line.slope = (window.weighted - window.sum - middle * window.sum) / spread;
      line.intercept = window.sum / period - line.slope * middle;
    },
  };
  return line;
}

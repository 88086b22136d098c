import { recentValues } from "./lag.ts";

/** Shape of the distribution of the last `period` values: population skewness and excess kurtosis, both 0 where all are equal. */
export interface StandardMoments {
  readonly skewness: number;
  readonly kurtosis: number;
  update(value: number): void;
}

/**
 * Third and fourth standardised moments of a window, in two passes over it: differences of running sums of such powers would lose all
 * digits.
 */
export function standardMoments(period: number): StandardMoments {
  const recent = recentValues(period);
  const moments = {
    skewness: NaN,
    kurtosis: NaN,
    update(value: number) {
      recent.update(value);
      let total = 0;
      for (let index = 0; index < period; index++) total += recent.values[index]!;
      const mean = total / period;
      let second = 0;
      let third = 0;
      let fourth = 0;
      for (let index = 0; index < period; index++) {
        const distance = recent.values[index]! - mean;
        const square = distance * distance;
        second += square;
        third += square * distance;
        fourth += square * square;
      }
      const variance = second / period;
      moments.skewness = variance === 0 ? 0 : third / period / (variance * Math.sqrt(variance));
      moments.kurtosis = variance === 0 ? 0 : fourth / period / (variance * variance) - 3;
    },
  };
  return moments;
}

/** Moments of a sample. What is not defined, such as the spread of one value or the skewness of equal ones, is `null`. */
export interface Moments {
  readonly count: number;
  readonly mean: number | null;
  /** Standard deviation with ddof 1. */
  readonly deviation: number | null;
  /** Third standardised moment, with ddof 0 throughout; 0 for a normal distribution. */
  readonly skewness: number | null;
  /** Fourth standardised moment, with ddof 0 throughout and nothing taken off: 3 for a normal distribution. */
  readonly kurtosis: number | null;
}

/** The first four moments. A spread that rounding alone could have left of equal values counts as none. */
export function momentsOf(values: ArrayLike<number>): Moments {
  const count = values.length;
  if (count === 0) return { count, mean: null, deviation: null, skewness: null, kurtosis: null };
  let mean = 0,
    largest = 0;
  for (let index = 0; index < count; index++) {
    mean += values[index]! / count;
    largest = Math.max(largest, Math.abs(values[index]!));
  }
  let second = 0,
    third = 0,
    fourth = 0;
  const scale = largest > 0 && largest < Infinity ? largest : 1; // So that powers of small numbers do not vanish.
  for (let index = 0; index < count; index++) {
    const distance = (values[index]! - mean) / scale;
    const square = distance * distance;
    second += square;
    third += square * distance;
    fourth += square * square;
  }
  if (Number.isNaN(second)) return { count, mean, deviation: NaN, skewness: NaN, kurtosis: NaN };
  const spread = Math.sqrt(second / count);
  const isFlat = spread <= (largest / scale) * 1e-12;
  return {
    count,
    mean,
    deviation: count < 2 ? null : isFlat ? 0 : scale * Math.sqrt(second / (count - 1)),
    skewness: isFlat ? null : third / count / spread ** 3,
    kurtosis: isFlat ? null : fourth / count / spread ** 4,
  };
}

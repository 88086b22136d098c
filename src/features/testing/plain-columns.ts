/** A column of numbers, NaN where it is not defined. */
type Column = ArrayLike<number>;

/** What a formula gives at every index. */
export const each = (length: number, formula: (index: number) => number): number[] => Array.from({ length }, (_, index) => formula(index));

/** The last `period` values up to an index; fewer at the beginning. */
export const window = (values: Column, index: number, period: number): number[] =>
  Array.from(values).slice(Math.max(0, index - period + 1), index + 1);

const total = (values: readonly number[]) => values.reduce((left, right) => left + right, 0);
const rolling = (values: Column, period: number, fold: (window: readonly number[]) => number): number[] => {
  const all = Array.from(values);
  return all.map((_, index) => (index < period - 1 ? NaN : fold(all.slice(index - period + 1, index + 1))));
};

/** Sum of a list. */
export const sumOf = total;

/** Mean of a list. */
export const meanOf = (values: readonly number[]): number => total(values) / values.length;

/** Sum of squared distances of a list from its mean. */
export const squaresOf = (values: readonly number[]): number => total(values.map((value) => (value - meanOf(values)) ** 2));

/** Sum of products of the distances of two lists from their means. */
export const productsOf = (left: readonly number[], right: readonly number[]): number =>
  total(left.map((value, index) => (value - meanOf(left)) * (right[index]! - meanOf(right))));

/** Correlation of two lists, 0 where one does not move. */
export const correlationOfLists = (left: readonly number[], right: readonly number[]): number => {
  const scale = Math.sqrt(squaresOf(left) * squaresOf(right));
  return scale === 0 ? 0 : productsOf(left, right) / scale;
};

/** Sum of each window. */
export const sums = (values: Column, period: number): number[] => rolling(values, period, total);
/** Mean of each window. */
export const means = (values: Column, period: number): number[] => rolling(values, period, meanOf);

/** Greatest value of each window. */
export const maxima = (values: Column, period: number): number[] => rolling(values, period, (list) => Math.max(...list));

/** Least value of each window. */
export const minima = (values: Column, period: number): number[] => rolling(values, period, (list) => Math.min(...list));

/** Mean of each window with weights 1 to `period`. */
export const weightedMeans = (values: Column, period: number): number[] =>
  rolling(values, period, (list) => total(list.map((value, index) => (index + 1) * value)) / ((period * (period + 1)) / 2));

/** A mean that forgets, seeded by the plain mean of the first `period` defined values. */
function forgettingMeans(values: Column, period: number, decay: number): number[] {
  const all = Array.from(values);
  const first = all.findIndex((value) => !Number.isNaN(value));
  const means: number[] = [];
  all.forEach((value, index) => {
    const seed = first + period - 1;
    if (first < 0 || index < seed) means.push(NaN);
    else if (index === seed) means.push(meanOf(all.slice(first, index + 1)));
    else means.push(means[index - 1]! * (1 - decay) + value * decay);
  });
  return means;
}

/** Exponential means. */
export const exponentialMeans = (values: Column, period: number): number[] => forgettingMeans(values, period, 2 / (period + 1));

/** Wilder's means. */
export const wilderMeans = (values: Column, period: number): number[] => forgettingMeans(values, period, 1 / period);

/** Values `lag` places later. */
export const shifted = (values: Column, lag: number): number[] =>
  each(values.length, (index) => (index < lag ? NaN : values[index - lag]!));

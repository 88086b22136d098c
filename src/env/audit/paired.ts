import type { Standing } from "./adversaries.ts";

type Figure = "reward" | "gain" | "drawdown";

/** Student's t of the paired difference of two policies over the same episodes: how sure it is that the first has more. */
export function pairedT(left: Standing, right: Standing, of: Figure): number {
  const differences = differencesOf(left, right, of);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1);
  return mean === 0 ? 0 : mean / Math.sqrt(variance / differences.length);
}

/** The same by signs, which the size of single episodes cannot decide: the normal score of the sign test. */
export function signZ(left: Standing, right: Standing, of: Figure): number {
  const signs = differencesOf(left, right, of).map(Math.sign);
  const unequal = signs.reduce((count, sign) => count + Math.abs(sign), 0);
  return unequal === 0 ? 0 : signs.reduce((sum, sign) => sum + sign, 0) / Math.sqrt(unequal);
}

/** Spearman's rank correlation of two figures of some policies; NaN where one of them is the same for all. */
export function rankCorrelation(standings: readonly Standing[], one: Figure, other: Figure): number {
  const [left, right] = [ranksOf(standings.map((standing) => standing[one])), ranksOf(standings.map((standing) => standing[other]))];
  const middle = (standings.length + 1) / 2;
  const products = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, rank, index) => sum + (rank - middle) * (b[index]! - middle), 0);
  return products(left, right) / Math.sqrt(products(left, left) * products(right, right));
}

/** Differences by episode; those within the rounding of rewards, which are float32, are none. */
function differencesOf(left: Standing, right: Standing, of: Figure): number[] {
  return left.episodes.map((episode, index) => {
    const [a, b] = [episode[of], right.episodes[index]![of]];
    return Math.abs(a - b) > 1e-6 * Math.max(Math.abs(a), Math.abs(b)) ? a - b : 0;
  });
}

/** Ranks from 1, those of equal values shared. */
function ranksOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((left, right) => left - right);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

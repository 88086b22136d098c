import { deviationAbout } from "./statistics/index.ts";

/** What figures of returns are made of. */
export interface ReturnSums {
  readonly count: number;
  /** Π(1 + r); 1 of nothing. */
  readonly growth: number;
  /** NaN of nothing. */
  readonly mean: number;
  /** Standard deviation with ddof 1, as `deviationOf` has it; null of fewer than two. */
  readonly deviation: number | null;
  /** Σ min(r, 0)². */
  readonly downside: number;
  /** Deepest fall of Π(1 + r) below its highest value so far, the start included, as a share of it: −0.1 is 10 % down. */
  readonly deepest: number;
}

/** Walks over returns once for all that needs no mean, and once more for the deviation; a return that is NaN makes every figure NaN. */
export function returnSums(returns: ArrayLike<number>): ReturnSums {
  const count = returns.length;
  let [growth, peak, deepest, sum, downside] = [1, 1, 0, 0, 0];
  for (let bar = 0; bar < count; bar++) {
    const change = returns[bar]!;
    sum += change;
    growth *= 1 + change;
    // Asked so that NaN takes every branch and is not lost.
    if (!(change >= 0)) downside += change * change;
    if (growth > peak) peak = growth;
    else if (!(growth / peak - 1 >= deepest)) deepest = growth / peak - 1;
  }
  const mean = sum / count;
  return { count, growth, mean, deviation: count < 2 ? null : deviationAbout(returns, mean), downside, deepest };
}

import { UserError } from "../../base/index.ts";

/** What the choice of the best of several strategies is worth on data it was not chosen by. */
export interface Overfitting {
  /** Share of the splits in which the strategy that was best in sample is no better than the median out of sample. */
  readonly probability: number;
  /** Share of the splits in which it loses out of sample (mean return below 0). */
  readonly probabilityOfLoss: number;
  /** [splits] ln(ω / (1 − ω)) of its rank ω in (0, 1) out of sample: below 0 is worse than the median. */
  readonly logits: Float64Array;
  /** Least-squares slope of its Sharpe ratio out of sample on the one in sample; null where the latter never varies. */
  readonly degradation: number | null;
  readonly splits: number;
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado & Zhu, 2017).
 * `returns` holds one series of simple returns a strategy, all over the same bars, cut into `blocks` (even) equal stretches; bars
 * that do not fill a stretch are left out at the start. Every half of the stretches is once the sample that chooses by Sharpe ratio,
 * the other half the judge. Fewer than two strategies, or bars for fewer than two a stretch, is `data/too-short`.
 */
export function backtestOverfitting(returns: readonly ArrayLike<number>[], blocks = 16): Overfitting {
  const bars = returns[0]?.length ?? 0;
  const size = Math.floor(bars / blocks);
  if (blocks < 2 || blocks % 2 !== 0 || size < 2 || returns.length < 2 || returns.some(({ length }) => length !== bars)) {
    throw new UserError(
      "data/too-short",
      `overfitting cannot be told from ${returns.length} strategies over ${bars} bars in ${blocks} stretches`,
      { path: "returns", hint: "Give at least two strategies over the same bars, an even number of stretches and two bars a stretch." },
    );
  }
  const sums = blockSums(returns, blocks, size);
  const halves = [...choices(blocks, blocks / 2)];
  const logits = new Float64Array(halves.length);
  const [inside, outside] = [new Float64Array(halves.length), new Float64Array(halves.length)];
  let losses = 0;
  for (const [split, chosen] of halves.entries()) {
    const isInside = new Uint8Array(blocks);
    for (const block of chosen) isInside[block] = 1;
    const sample = sums.map((sum) => ratioOver(sum, isInside, 1, size));
    const judge = sums.map((sum) => ratioOver(sum, isInside, 0, size));
    const best = sample.reduce((leader, value, index) => (value > sample[leader]! ? index : leader), 0);
    const below = judge.filter((value) => value < judge[best]!).length;
    const equal = judge.filter((value) => value === judge[best]!).length;
    const rank = (below + (equal + 1) / 2) / (judge.length + 1);
    logits[split] = Math.log(rank / (1 - rank));
    inside[split] = sample[best]!;
    outside[split] = judge[best]!;
    if (judge[best]! < 0) losses++;
  }
  return {
    probability: logits.filter((logit) => logit <= 1e-12).length / halves.length,
    probabilityOfLoss: losses / halves.length,
    logits,
    degradation: slopeOf(inside, outside),
    splits: halves.length,
  };
}

/** Sums and sums of squares of one strategy's returns, a stretch each. */
interface BlockSums {
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

const blockSums = (returns: readonly ArrayLike<number>[], blocks: number, size: number): BlockSums[] =>
  returns.map((series) => {
    const sum = new Float64Array(blocks);
    const squares = new Float64Array(blocks);
    const first = series.length - blocks * size;
    for (let bar = first; bar < series.length; bar++) {
      const block = Math.floor((bar - first) / size);
      sum[block]! += series[bar]!;
      squares[block]! += series[bar]! ** 2;
    }
    return { sum, squares };
  });

/** Sharpe ratio a bar over the stretches of one kind; 0 without variance. */
function ratioOver({ sum, squares }: BlockSums, isInside: Uint8Array, kind: number, size: number): number {
  let total = 0,
    totalSquares = 0,
    count = 0;
  for (let block = 0; block < isInside.length; block++) {
    if (isInside[block] !== kind) continue;
    total += sum[block]!;
    totalSquares += squares[block]!;
    count += size;
  }
  const mean = total / count;
  const variance = (totalSquares - count * mean * mean) / (count - 1);
  return variance > 1e-24 * totalSquares ? mean / Math.sqrt(variance) : 0;
}

/** Every way to choose `size` of the numbers 0 … count − 1, in lexical order. */
export function* choices(count: number, size: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: size }, (_, index) => index);
  while (true) {
    yield [...chosen];
    let place = size - 1;
    while (place >= 0 && chosen[place] === count - size + place) place--;
    if (place < 0) return;
    chosen[place]!++;
    for (let next = place + 1; next < size; next++) chosen[next] = chosen[next - 1]! + 1;
  }
}

function slopeOf(x: Float64Array, y: Float64Array): number | null {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [centreX, centreY] = [mean(x), mean(y)];
  let covariance = 0,
    variance = 0;
  for (let index = 0; index < x.length; index++) {
    covariance += (x[index]! - centreX) * (y[index]! - centreY);
    variance += (x[index]! - centreX) ** 2;
  }
  return variance > 0 ? covariance / variance : null;
}

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
  const [left, right] = [new Float64Array(returns.length), new Float64Array(returns.length)];
  const judge = (split: number, sample: Float64Array, judged: Float64Array) => {
    const best = largestAt(sample);
    const rank = rankOf(judged, best);
    logits[split] = Math.log(rank / (1 - rank));
    inside[split] = sample[best]!;
    outside[split] = judged[best]!;
  };
  // In lexical order the halves from the end are what those from the start leave over: each ratio serves twice.
  for (let split = 0; split < halves.length / 2; split++) {
    const mirror = halves.length - 1 - split;
    ratiosOver(sums, halves[split]!, left);
    ratiosOver(sums, halves[mirror]!, right);
    judge(split, left, right);
    judge(mirror, right, left);
  }
  return {
    probability: logits.filter((logit) => logit <= 1e-12).length / halves.length,
    probabilityOfLoss: outside.filter((value) => value < 0).length / halves.length,
    logits,
    degradation: slopeOf(inside, outside),
    splits: halves.length,
  };
}

/** The first of the largest. */
function largestAt(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

/** Rank of one of the values in (0, 1), ties in the middle. */
function rankOf(values: Float64Array, place: number): number {
  const own = values[place]!;
  let below = 0,
    equal = 0;
  for (const value of values) {
    if (value < own) below++;
    else if (value === own) equal++;
  }
  return (below + (equal + 1) / 2) / (values.length + 1);
}

/** Sums and sums of squares of returns over each stretch, [stretches][strategies]. */
interface BlockSums {
  readonly sum: readonly Float64Array[];
  readonly squares: readonly Float64Array[];
  readonly size: number;
}

function blockSums(returns: readonly ArrayLike<number>[], blocks: number, size: number): BlockSums {
  const columns = () => Array.from({ length: blocks }, () => new Float64Array(returns.length));
  const [sum, squares] = [columns(), columns()];
  for (const [strategy, series] of returns.entries()) {
    const first = series.length - blocks * size;
    for (let bar = first; bar < series.length; bar++) {
      const block = Math.floor((bar - first) / size);
      sum[block]![strategy]! += series[bar]!;
      squares[block]![strategy]! += series[bar]! ** 2;
    }
  }
  return { sum, squares, size };
}

/** Sharpe ratios a bar over the chosen stretches; 0 without variance. */
function ratiosOver({ sum, squares, size }: BlockSums, chosen: readonly number[], out: Float64Array): void {
  const count = chosen.length * size;
  for (let strategy = 0; strategy < out.length; strategy++) {
    let total = 0,
      totalSquares = 0;
    for (let index = 0; index < chosen.length; index++) {
      total += sum[chosen[index]!]![strategy]!;
      totalSquares += squares[chosen[index]!]![strategy]!;
    }
    const mean = total / count;
    const variance = (totalSquares - count * mean * mean) / (count - 1);
    out[strategy] = variance > 1e-24 * totalSquares ? mean / Math.sqrt(variance) : 0;
  }
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

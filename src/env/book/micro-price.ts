import { assert, UserError } from "../../base/index.ts";
import type { OrderBook } from "../../market/index.ts";
import { midTicks, queueImbalance, spreadTicks } from "./book-features.ts";

/** A series of looks at a book, in order: best prices in ticks, and the lots there. */
export interface TouchSeries {
  readonly bidTicks: ArrayLike<number>;
  readonly bidLots: ArrayLike<number>;
  readonly askTicks: ArrayLike<number>;
  readonly askLots: ArrayLike<number>;
}

/** How finely a book's states are told apart. */
export interface MicroPriceOptions {
  /** Into how many degrees an imbalance is sorted on either side of balance; 5 unless given. */
  readonly degrees?: number;
  /** Spreads of more ticks count as this many; 3 unless given. */
  readonly widestTicks?: number;
}

/**
 * Where the mid is expected to end up, given spread and queue imbalance now: the micro-price of Stoikov ("The micro-price: a
 * high-frequency estimator of future prices", 2018). Fitted to a series of looks, each move of which counts for its mirror image too.
 */
export class MicroPrice {
  private readonly degrees: number;
  private readonly widestTicks: number;
  /** Ticks to add to the mid, by state. */
  private readonly corrections: Float64Array;

  constructor(degrees: number, widestTicks: number, corrections: Float64Array) {
    this.degrees = degrees;
    this.widestTicks = widestTicks;
    this.corrections = corrections;
  }

  /** Ticks between the micro-price and the mid for an imbalance from −1 to 1 and a spread in ticks; 0 without a spread. */
  correction(imbalance: number, spread: number): number {
    return spread <= 0 ? 0 : this.corrections[stateOf(imbalance, spread, this.degrees, this.widestTicks)]!;
  }

  /** The micro-price of a book, in ticks; the mid where a side is empty. */
  of(book: OrderBook): number {
    return midTicks(book) + this.correction(queueImbalance(book, 1), spreadTicks(book));
  }
}

const mostRounds = 10_000;

/**
 * Fits a micro-price: G* = Σ Bⁱ G¹ with G¹ = (1 − Q)⁻¹ R k the expected first move of the mid and B = (1 − Q)⁻¹ T the state after it,
 * from the shares of transitions without (Q) and with (T) a move. States that were not seen are left at the mid.
 */
export function fitMicroPrice(series: TouchSeries, { degrees = 5, widestTicks = 3 }: MicroPriceOptions = {}): MicroPrice {
  assert(degrees >= 1 && widestTicks >= 1, `${degrees} degrees and spreads of ${widestTicks} ticks`);
  const states = (2 * degrees + 1) * widestTicks;
  const [stay, leave] = [new Float64Array(states * states), new Float64Array(states * states)];
  const [moved, seen] = [new Float64Array(states), new Float64Array(states)];
  const looks = series.bidTicks.length;
  const stateAt = (look: number, sign: number): number => {
    const [bid, ask] = [series.bidLots[look]!, series.askLots[look]!];
    return stateOf((sign * (bid - ask)) / (bid + ask), series.askTicks[look]! - series.bidTicks[look]!, degrees, widestTicks);
  };
  for (let look = 0; look + 1 < looks; look++) {
    const twice = series.bidTicks[look + 1]! + series.askTicks[look + 1]! - series.bidTicks[look]! - series.askTicks[look]!;
    for (const sign of [1, -1]) {
      const [from, to] = [stateAt(look, sign), stateAt(look + 1, sign)];
      seen[from]!++;
      (twice === 0 ? stay : leave)[from * states + to]!++;
      moved[from]! += (sign * twice) / 2;
    }
  }
  if (!leave.some((count) => count > 0)) {
    throw new UserError("data/too-short", "the mid never moves in these looks at a book", { hint: "Give a longer series." });
  }
  for (let from = 0; from < states; from++) {
    if (seen[from] === 0) continue;
    moved[from]! /= seen[from]!;
    for (let at = from * states; at < (from + 1) * states; at++) {
      stay[at]! /= seen[from]!;
      leave[at]! /= seen[from]!;
    }
  }
  const first = afterStaying(stay, moved);
  const corrections = first.slice();
  let term = first;
  for (let round = 0; round < mostRounds && term.some((value) => Math.abs(value) > 1e-12); round++) {
    term = afterStaying(stay, times(leave, term));
    for (let state = 0; state < states; state++) corrections[state]! += term[state]!;
  }
  return new MicroPrice(degrees, widestTicks, corrections);
}

/** The state of a book. That of an imbalance and that of its opposite lie as far from balance, also where lots are few and many are alike. */
function stateOf(imbalance: number, spread: number, degrees: number, widestTicks: number): number {
  const degree = Math.sign(imbalance) * Math.round(Math.abs(imbalance) * degrees);
  return (Math.min(spread, widestTicks) - 1) * (2 * degrees + 1) + degrees + degree;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return vector.map((_, row) => {
    let sum = 0;
    for (let column = 0; column < size; column++) sum += matrix[row * size + column]! * vector[column]!;
    return sum;
  });
}

/** Solves (1 − Q) x = y by Gaussian elimination: the sum over all that happens before the mid moves. A state that is never left counts as 0. */
function afterStaying(stay: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const x = right.slice();
  const matrix = stay.map((value, at) => (at % (size + 1) === 0 ? 1 : 0) - value);
  const rows = Array.from(x.keys());
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[rows[row]! * size + column]!) > Math.abs(matrix[rows[pivot]! * size + column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const diagonal = matrix[rows[column]! * size + column]!;
    if (Math.abs(diagonal) < 1e-12) continue;
    for (let row = column + 1; row < size; row++) {
      const factor = matrix[rows[row]! * size + column]! / diagonal;
      if (factor === 0) continue;
      for (let at = column; at < size; at++) matrix[rows[row]! * size + at]! -= factor * matrix[rows[column]! * size + at]!;
      x[rows[row]!]! -= factor * x[rows[column]!]!;
    }
  }
  const solved = new Float64Array(size);
  for (let row = size - 1; row >= 0; row--) {
    const diagonal = matrix[rows[row]! * size + row]!;
    if (Math.abs(diagonal) < 1e-12) continue;
    let sum = x[rows[row]!]!;
    for (let at = row + 1; at < size; at++) sum -= matrix[rows[row]! * size + at]! * solved[at]!;
    solved[row] = sum / diagonal;
  }
  return solved;
}

/** An associative operation with its neutral element. */
export interface Fold {
  readonly neutral: number;
  readonly operation: "sum" | "highest" | "lowest";
}

/** Addition. */
export const sum: Fold = { neutral: 0, operation: "sum" };

/** The greater of two. */
export const highest: Fold = { neutral: -Infinity, operation: "highest" };

/** The lesser of two. */
export const lowest: Fold = { neutral: Infinity, operation: "lowest" };

/** Named, not passed as a function: one that is called through a variable costs an allocation for every number. */
function combine(operation: Fold["operation"], left: number, right: number): number {
  if (operation === "sum") return left + right;
  return operation === "highest" ? Math.max(left, right) : Math.min(left, right);
}

/**
 * An associative operation over the last `period` values (van Herk, 1992; Gil & Werman, 1993): three operations a value,
 * however long the window. A window is the tail of the last full block and the head of the current one; nothing is ever
 * taken out again, so a sum does not drift. Before there are `period` values it covers those that there are.
 */
export function rollingFold(period: number, fold: Fold): (value: number) => number {
  const { neutral, operation } = fold;
  if (operation === "sum") return rollingSum(period);
  const head = period + 1;
  const slots = new Float64Array(period + 2).fill(neutral);
  let count = 0;
  return (value) => {
    slots[count++] = value;
    slots[head] = combine(operation, slots[head]!, value);
    const result = combine(operation, slots[count]!, slots[head]!);
    if (count === period) {
      closeBlock(slots, fold);
      count = 0;
    }
    return result;
  };
}

/** The same for a sum, of which the most are taken: small enough to become part of whoever calls it. */
function rollingSum(period: number): (value: number) => number {
  const head = period + 1;
  const slots = new Float64Array(period + 2);
  let count = 0;
  return (value) => {
    slots[count++] = value;
    const total = slots[head]! + value;
    slots[head] = total;
    const result = slots[count]! + total;
    if (count === period) {
      closeBlock(slots, sum);
      count = 0;
    }
    return result;
  };
}

/**
 * Ends a block. Slot i then holds the fold of it from its value i on, until the next block's value i replaces it; the slot behind stays
 * neutral, and the last holds the fold of the current block, for in a variable it would cost an allocation a value.
 */
function closeBlock(slots: Float64Array, { neutral, operation }: Fold): void {
  let tail = neutral;
  for (let index = slots.length - 3; index >= 0; index--) slots[index] = tail = combine(operation, slots[index]!, tail);
  slots[slots.length - 1] = neutral;
}

/** Mean and spread of the last `period` values. */
export interface RollingMoments {
  readonly mean: number;
  /** Sum of squared distances from the mean: exactly 0 where all values are equal. */
  readonly squares: number;
  update(value: number): void;
}

/**
 * Mean and sum of squares over a window, as `rollingFold` does it: blocks by Welford (1962), tail and head joined by Chan, Golub
 * & LeVeque (1979). Before there are `period` values it covers those that there are.
 */
export function rollingMoments(period: number): RollingMoments {
  const values = new Float64Array(period);
  const tailMean = new Float64Array(period + 1);
  const tailSquares = new Float64Array(period + 1);
  let headMean = 0;
  let headSquares = 0;
  let count = 0;
  let full = false;

  const rebuildTails = () => {
    let mean = 0;
    let squares = 0;
    for (let index = period - 1; index >= 0; index--) {
      const distance = values[index]! - mean;
      mean += distance / (period - index);
      squares += distance * (values[index]! - mean);
      tailMean[index] = mean;
      tailSquares[index] = squares;
    }
  };

  const moments = {
    mean: NaN,
    squares: NaN,
    update(value: number) {
      values[count++] = value;
      const distance = value - headMean;
      headMean += distance / count;
      headSquares += distance * (value - headMean);

      const tail = full ? period - count : 0;
      const gap = tailMean[count]! - headMean;
      const share = tail / (count + tail);
      moments.mean = headMean + gap * share;
      moments.squares = headSquares + tailSquares[count]! + gap * gap * count * share;

      if (count < period) return;
      rebuildTails();
      headMean = headSquares = count = 0;
      full = true;
    },
  };
  return moments;
}

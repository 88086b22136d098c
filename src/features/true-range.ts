/**
 * Wilder's true range (1978): max(high, previous close) − min(low, previous close); NaN for the first bar, which has no close before it.
 */
export function trueRange(): (high: number, low: number, close: number) => number {
  let previous = NaN;
  return (high, low, close) => {
    const range = Math.max(high, previous) - Math.min(low, previous);
    previous = close;
    return range;
  };
}

/** Wilder's sums of directional movement (1978), as TA-Lib seeds them. */
export interface DirectionalMovement {
  /** Of rises of the high that exceed the fall of the low. */
  readonly plus: number;
  /** Of falls of the low that exceed the rise of the high. */
  readonly minus: number;
  /** Of true ranges. */
  readonly range: number;
  update(high: number, low: number, close: number): void;
}

/** Sums that are plain over the first `period − 1` changes and lose a share of 1 / `period` with each later one. */
export function directionalMovement(period: number): DirectionalMovement {
  const rangeOf = trueRange();
  let previousHigh = NaN;
  let previousLow = NaN;
  let seen = 0;
  const movement = {
    plus: 0,
    minus: 0,
    range: 0,
    update(high: number, low: number, close: number) {
      const up = high - previousHigh; // NaN at the first bar, which therefore moves nothing.
      const down = previousLow - low;
      const range = rangeOf(high, low, close);
      previousHigh = high;
      previousLow = low;
      if (seen++ === 0) return;
      const kept = seen <= period ? 1 : 1 - 1 / period;
      movement.plus = movement.plus * kept + (up > 0 && up > down ? up : 0);
      movement.minus = movement.minus * kept + (down > 0 && down > up ? down : 0);
      movement.range = movement.range * kept + range;
    },
  };
  return movement;
}

/** Typical price of a bar: (high + low + close) / 3. */
export const typicalPrice = (high: number, low: number, close: number): number => (high + low + close) / 3;

/** Where the close stands in its bar: −1 at the low, 1 at the high, 0 without a range (Chaikin's multiplier). */
export const closeLocation = (high: number, low: number, close: number): number =>
  high > low ? (close - low - (high - close)) / (high - low) : 0;

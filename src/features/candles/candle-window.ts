/** Candles that a window holds: the longest average, ten candles, of the candle four before, and the one that leaves it. */
const capacity = 16;
const mask = capacity - 1; // The capacity is a power of two, so this takes any number around the ring.

/**
 * The latest candles, in the words in which patterns are told. `ago` counts candles back from the present one, which is 0; a candle
 * that never was is NaN in all of its numbers, so that every comparison with it fails. All are prices or differences of prices.
 */
export interface Candles {
  open(ago: number): number;
  high(ago: number): number;
  low(ago: number): number;
  close(ago: number): number;
  /** Length of the real body: |close − open|. */
  body(ago: number): number;
  /** The upper end of the real body. */
  top(ago: number): number;
  /** The lower end of the real body. */
  bottom(ago: number): number;
  /** From the lowest to the highest price. */
  range(ago: number): number;
  upperShadow(ago: number): number;
  lowerShadow(ago: number): number;
  /** Closed where it opened or higher. */
  isWhite(ago: number): boolean;
  /** Closed below where it opened. */
  isBlack(ago: number): boolean;
  /** 1 of a white candle, −1 of a black one. */
  colour(ago: number): 1 | -1;
  /** The real body of `newer` lies wholly above that of `older`. */
  bodyGapsUp(newer: number, older: number): boolean;
  /** The real body of `newer` lies wholly below that of `older`. */
  bodyGapsDown(newer: number, older: number): boolean;
  /** The whole of `newer`, shadows included, lies above the whole of `older`. */
  gapsUp(newer: number, older: number): boolean;
  /** The whole of `newer`, shadows included, lies below the whole of `older`. */
  gapsDown(newer: number, older: number): boolean;
}

/** A window with the function that moves it on by one candle. */
export interface CandleWindow {
  readonly candles: Candles;
  /** What limits are means of, around a ring: candle number i, counted from 0, stands at `ringIndex(i)`. */
  readonly measures: { readonly body: Float64Array; readonly range: Float64Array; readonly shadows: Float64Array };
  push(open: number, high: number, low: number, close: number): void;
}

/** Where a candle stands in the rings of a window. */
export const ringIndex = (candle: number): number => candle & mask;

/** An empty window. Its words are closures, so that a pattern can take those that it needs by name. */
export function candleWindow(): CandleWindow {
  const ring = () => new Float64Array(capacity).fill(NaN);
  const [opens, highs, lows, closes, tops, bottoms] = [ring(), ring(), ring(), ring(), ring(), ring()] as const;
  const [bodies, ranges, shadows] = [ring(), ring(), ring()] as const;
  let last = -1;

  const open = (ago: number) => opens[(last - ago) & mask]!;
  const high = (ago: number) => highs[(last - ago) & mask]!;
  const low = (ago: number) => lows[(last - ago) & mask]!;
  const close = (ago: number) => closes[(last - ago) & mask]!;
  const top = (ago: number) => tops[(last - ago) & mask]!;
  const bottom = (ago: number) => bottoms[(last - ago) & mask]!;

  return {
    candles: {
      open,
      high,
      low,
      close,
      top,
      bottom,
      body: (ago) => bodies[(last - ago) & mask]!,
      range: (ago) => ranges[(last - ago) & mask]!,
      upperShadow: (ago) => high(ago) - top(ago),
      lowerShadow: (ago) => bottom(ago) - low(ago),
      isWhite: (ago) => close(ago) >= open(ago),
      isBlack: (ago) => close(ago) < open(ago),
      colour: (ago) => (close(ago) >= open(ago) ? 1 : -1),
      bodyGapsUp: (newer, older) => bottom(newer) > top(older),
      bodyGapsDown: (newer, older) => top(newer) < bottom(older),
      gapsUp: (newer, older) => low(newer) > high(older),
      gapsDown: (newer, older) => high(newer) < low(older),
    },
    measures: { body: bodies, range: ranges, shadows },
    push(openPrice, highPrice, lowPrice, closePrice) {
      const index = ++last & mask;
      const isRise = closePrice >= openPrice;
      const topPrice = isRise ? closePrice : openPrice;
      const bottomPrice = isRise ? openPrice : closePrice;
      opens[index] = openPrice;
      highs[index] = highPrice;
      lows[index] = lowPrice;
      closes[index] = closePrice;
      tops[index] = topPrice;
      bottoms[index] = bottomPrice;
      bodies[index] = topPrice - bottomPrice;
      ranges[index] = highPrice - lowPrice;
      shadows[index] = highPrice - topPrice + (bottomPrice - lowPrice);
    },
  };
}

/** Whether a price is at most a distance from a level. */
export const isWithin = (price: number, level: number, distance: number): boolean => price <= level + distance && price >= level - distance;

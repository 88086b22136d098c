import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Engulfing pattern (TA-Lib CDLENGULFING), ±100: a body that reaches beyond both ends of the one before it, of the other colour; ±80
 * where they meet at one end. The sign is its colour.
 */
export default candlePattern({
  name: "cdl-engulfing",
  lookback: 2,
  detect({ colour, top, bottom }) {
    if (colour(0) !== -colour(1)) return 0;
    const above = top(0) > top(1);
    const below = bottom(0) < bottom(1);
    if (above && below) return 100 * colour(0);
    return (above && bottom(0) === bottom(1)) || (below && top(0) === top(1)) ? 80 * colour(0) : 0;
  },
});

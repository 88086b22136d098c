import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Upside or downside gap three methods (TA-Lib CDLXSIDEGAP3METHODS), ±100: two candles of one colour with a gap between their bodies in
 * their direction, and one of the other colour that opens within the second body and closes within the first. The sign is the gap's.
 */
export default candlePattern({
  name: "cdl-gap-three-methods",
  lookback: 2,
  detect: ({ colour, top, bottom, open, close, bodyGapsUp, bodyGapsDown }) =>
    colour(2) === colour(1) &&
    colour(1) === -colour(0) &&
    open(0) < top(1) &&
    open(0) > bottom(1) &&
    close(0) < top(2) &&
    close(0) > bottom(2) &&
    (colour(2) > 0 ? bodyGapsUp(1, 2) : bodyGapsDown(1, 2))
      ? 100 * colour(2)
      : 0,
});

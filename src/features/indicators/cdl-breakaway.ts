import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Breakaway (TA-Lib CDLBREAKAWAY), ±100: a long candle, a body of its colour that gaps on, two candles that go on farther, the second of
 * that colour too, and one of the other colour that closes within the gap. The sign is that of the last.
 */
export default candlePattern({
  name: "cdl-breakaway",
  lookback: 4,
  limits: { bodyLong: [4] },
  detect: ({ colour, body, open, high, low, close, bodyGapsUp, bodyGapsDown }, { bodyLong }) =>
    body(4) > bodyLong(4) &&
    colour(4) === colour(3) &&
    colour(3) === colour(1) &&
    colour(1) === -colour(0) &&
    (colour(0) > 0
      ? bodyGapsDown(3, 4) &&
        high(2) < high(3) &&
        low(2) < low(3) &&
        high(1) < high(2) &&
        low(1) < low(2) &&
        close(0) > open(3) &&
        close(0) < close(4)
      : bodyGapsUp(3, 4) &&
        high(2) > high(3) &&
        low(2) > low(3) &&
        high(1) > high(2) &&
        low(1) > low(2) &&
        close(0) < open(3) &&
        close(0) > close(4))
      ? 100 * colour(0)
      : 0,
});

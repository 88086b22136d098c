import { candlePattern, penetration } from "../candles/candle-pattern.ts";

/**
 * Evening doji star (TA-Lib CDLEVENINGDOJISTAR), −100: a long white candle, a doji whose body gaps up, and a black candle, not short,
 * that closes by `penetration` of it into the first body.
 */
export default candlePattern({
  name: "cdl-evening-doji-star",
  params: { penetration: penetration(0.3) },
  lookback: 2,
  limits: { bodyLong: [2], bodyDoji: [1], bodyShort: [0] },
  detect: ({ isWhite, isBlack, body, close, bodyGapsUp }, { bodyLong, bodyDoji, bodyShort }, { penetration }) =>
    isWhite(2) &&
    body(2) > bodyLong(2) &&
    body(1) <= bodyDoji(1) &&
    bodyGapsUp(1, 2) &&
    isBlack(0) &&
    body(0) > bodyShort(0) &&
    close(0) < close(2) - body(2) * penetration
      ? -100
      : 0,
});

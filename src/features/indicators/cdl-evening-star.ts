import { candlePattern, penetration } from "../candles/candle-pattern.ts";

/**
 * Evening star (TA-Lib CDLEVENINGSTAR), −100: a long white candle, a short body that gaps up, and a black candle, not short, that closes
 * by `penetration` of it into the first body.
 */
export default candlePattern({
  name: "cdl-evening-star",
  params: { penetration: penetration(0.3) },
  lookback: 2,
  limits: { bodyLong: [2], bodyShort: [1, 0] },
  detect: ({ isWhite, isBlack, body, close, bodyGapsUp }, { bodyLong, bodyShort }, { penetration }) =>
    isWhite(2) &&
    body(2) > bodyLong(2) &&
    body(1) <= bodyShort(1) &&
    bodyGapsUp(1, 2) &&
    isBlack(0) &&
    body(0) > bodyShort(0) &&
    close(0) < close(2) - body(2) * penetration
      ? -100
      : 0,
});

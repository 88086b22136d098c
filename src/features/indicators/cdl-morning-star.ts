import { candlePattern, penetration } from "../candles/candle-pattern.ts";

/**
 * Morning star (TA-Lib CDLMORNINGSTAR), 100: a long black candle, a short body that gaps down, and a white candle, not short, that closes
 * by `penetration` of it into the first body.
 */
export default candlePattern({
  name: "cdl-morning-star",
  params: { penetration: penetration(0.3) },
  lookback: 2,
  limits: { bodyLong: [2], bodyShort: [1, 0] },
  detect: ({ isWhite, isBlack, body, close, bodyGapsDown }, { bodyLong, bodyShort }, { penetration }) =>
    isBlack(2) &&
    body(2) > bodyLong(2) &&
    body(1) <= bodyShort(1) &&
    bodyGapsDown(1, 2) &&
    isWhite(0) &&
    body(0) > bodyShort(0) &&
    close(0) > close(2) + body(2) * penetration
      ? 100
      : 0,
});

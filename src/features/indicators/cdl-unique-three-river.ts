import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Unique three river (TA-Lib CDLUNIQUE3RIVER), 100: a long black candle, a black body within it with a lower low, and a short white one that
 * opens above that low.
 */
export default candlePattern({
  name: "cdl-unique-three-river",
  lookback: 2,
  limits: { bodyLong: [2], bodyShort: [0] },
  detect: ({ isWhite, isBlack, body, open, low, close }, { bodyLong, bodyShort }) =>
    isBlack(2) &&
    body(2) > bodyLong(2) &&
    isBlack(1) &&
    close(1) > close(2) &&
    open(1) <= open(2) &&
    low(1) < low(2) &&
    isWhite(0) &&
    body(0) < bodyShort(0) &&
    open(0) > low(1)
      ? 100
      : 0,
});

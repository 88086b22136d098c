import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Piercing line (TA-Lib CDLPIERCING), 100: after a long black candle a long white one that opens below its low and closes in the upper
 * half of its body.
 */
export default candlePattern({
  name: "cdl-piercing",
  lookback: 1,
  limits: { bodyLong: [1, 0] },
  detect: ({ isWhite, isBlack, body, open, low, close }, { bodyLong }) =>
    isBlack(1) &&
    body(1) > bodyLong(1) &&
    isWhite(0) &&
    body(0) > bodyLong(0) &&
    open(0) < low(1) &&
    close(0) < open(1) &&
    close(0) > close(1) + body(1) * 0.5
      ? 100
      : 0,
});

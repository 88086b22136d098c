import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Stalled pattern (TA-Lib CDLSTALLEDPATTERN), −100: three white candles that close higher and higher, two long ones, the second without
 * an upper shadow, and a short one at or above the second's close.
 */
export default candlePattern({
  name: "cdl-stalled-pattern",
  lookback: 2,
  limits: { bodyLong: [2, 1], bodyShort: [0], shadowVeryShort: [1], near: [2, 1] },
  detect: ({ isWhite, body, upperShadow, open, close }, { bodyLong, bodyShort, shadowVeryShort, near }) =>
    isWhite(2) &&
    isWhite(1) &&
    isWhite(0) &&
    close(0) > close(1) &&
    close(1) > close(2) &&
    body(2) > bodyLong(2) &&
    body(1) > bodyLong(1) &&
    upperShadow(1) < shadowVeryShort(1) &&
    open(1) > open(2) &&
    open(1) <= close(2) + near(2) &&
    body(0) < bodyShort(0) &&
    open(0) >= close(1) - body(0) - near(1)
      ? -100
      : 0,
});

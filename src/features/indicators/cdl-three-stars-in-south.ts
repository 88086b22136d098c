import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Three stars in the south (TA-Lib CDL3STARSINSOUTH), 100: a long black candle with a long lower shadow, a smaller black one that opens
 * within its range and whose lower shadow ends no lower, and a small black one without shadows inside the second.
 */
export default candlePattern({
  name: "cdl-three-stars-in-south",
  lookback: 2,
  limits: { bodyLong: [2], shadowLong: [2], shadowVeryShort: [1, 0], bodyShort: [0] },
  detect: ({ isBlack, body, lowerShadow, upperShadow, open, high, low, close }, { bodyLong, bodyShort, shadowLong, shadowVeryShort }) =>
    isBlack(2) &&
    isBlack(1) &&
    isBlack(0) &&
    body(2) > bodyLong(2) &&
    lowerShadow(2) > shadowLong(2) &&
    body(1) < body(2) &&
    open(1) > close(2) &&
    open(1) <= high(2) &&
    low(1) < close(2) &&
    low(1) >= low(2) &&
    lowerShadow(1) > shadowVeryShort(1) &&
    body(0) < bodyShort(0) &&
    lowerShadow(0) < shadowVeryShort(0) &&
    upperShadow(0) < shadowVeryShort(0) &&
    low(0) > low(1) &&
    high(0) < high(1)
      ? 100
      : 0,
});

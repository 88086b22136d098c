import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Three black crows (TA-Lib CDL3BLACKCROWS), −100: three black candles that close lower and lower near their lows, each opening within
 * the body before it, the first below the high of a white candle.
 */
export default candlePattern({
  name: "cdl-three-black-crows",
  lookback: 3,
  limits: { shadowVeryShort: [2, 1, 0] },
  detect: ({ isWhite, isBlack, lowerShadow, open, high, close }, { shadowVeryShort }) =>
    isWhite(3) &&
    isBlack(2) &&
    isBlack(1) &&
    isBlack(0) &&
    lowerShadow(2) < shadowVeryShort(2) &&
    lowerShadow(1) < shadowVeryShort(1) &&
    lowerShadow(0) < shadowVeryShort(0) &&
    open(1) < open(2) &&
    open(1) > close(2) &&
    open(0) < open(1) &&
    open(0) > close(1) &&
    high(3) > close(2) &&
    close(2) > close(1) &&
    close(1) > close(0)
      ? -100
      : 0,
});

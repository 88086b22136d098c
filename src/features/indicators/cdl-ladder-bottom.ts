import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Ladder bottom (TA-Lib CDLLADDERBOTTOM), 100: three black candles that open and close lower and lower, a black one with an upper shadow,
 * and a white one that opens above its body and closes above its high.
 */
export default candlePattern({
  name: "cdl-ladder-bottom",
  lookback: 4,
  limits: { shadowVeryShort: [1] },
  detect: ({ isWhite, isBlack, upperShadow, open, high, close }, { shadowVeryShort }) =>
    isBlack(4) &&
    isBlack(3) &&
    isBlack(2) &&
    open(4) > open(3) &&
    open(3) > open(2) &&
    close(4) > close(3) &&
    close(3) > close(2) &&
    isBlack(1) &&
    upperShadow(1) > shadowVeryShort(1) &&
    isWhite(0) &&
    open(0) > open(1) &&
    close(0) > high(1)
      ? 100
      : 0,
});

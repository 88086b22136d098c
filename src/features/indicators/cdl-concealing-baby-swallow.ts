import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Concealing baby swallow (TA-Lib CDLCONCEALBABYSWALL), 100: two black candles without shadows, a black one whose body gaps down but
 * whose upper shadow reaches into the body before it, and a black one that engulfs it, shadows and all.
 */
export default candlePattern({
  name: "cdl-concealing-baby-swallow",
  lookback: 3,
  limits: { shadowVeryShort: [3, 2, 1] },
  detect: ({ isBlack, lowerShadow, upperShadow, high, low, close, bodyGapsDown }, { shadowVeryShort }) =>
    isBlack(3) &&
    isBlack(2) &&
    isBlack(1) &&
    isBlack(0) &&
    lowerShadow(3) < shadowVeryShort(3) &&
    upperShadow(3) < shadowVeryShort(3) &&
    lowerShadow(2) < shadowVeryShort(2) &&
    upperShadow(2) < shadowVeryShort(2) &&
    bodyGapsDown(1, 2) &&
    upperShadow(1) > shadowVeryShort(1) &&
    high(1) > close(2) &&
    high(0) > high(1) &&
    low(0) < low(1)
      ? 100
      : 0,
});

import { candlePattern } from "../candles/candle-pattern.ts";
import { isWithin } from "../candles/candle-window.ts";

/**
 * Identical three crows (TA-Lib CDLIDENTICAL3CROWS), −100: three black candles that close lower and lower near their lows, each opening
 * at the close before it.
 */
export default candlePattern({
  name: "cdl-identical-three-crows",
  lookback: 2,
  limits: { shadowVeryShort: [2, 1, 0], equal: [2, 1] },
  detect: ({ isBlack, lowerShadow, open, close }, { shadowVeryShort, equal }) =>
    isBlack(2) &&
    isBlack(1) &&
    isBlack(0) &&
    close(2) > close(1) &&
    close(1) > close(0) &&
    lowerShadow(2) < shadowVeryShort(2) &&
    lowerShadow(1) < shadowVeryShort(1) &&
    lowerShadow(0) < shadowVeryShort(0) &&
    isWithin(open(1), close(2), equal(2)) &&
    isWithin(open(0), close(1), equal(1))
      ? -100
      : 0,
});

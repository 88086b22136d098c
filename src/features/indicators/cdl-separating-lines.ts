import { candlePattern } from "../candles/candle-pattern.ts";
import { isWithin } from "../candles/candle-window.ts";

/**
 * Separating lines (TA-Lib CDLSEPARATINGLINES), ±100: two candles of different colour that open at the same price, the second long and
 * without a shadow at its open. The sign is that of the second.
 */
export default candlePattern({
  name: "cdl-separating-lines",
  lookback: 1,
  limits: { shadowVeryShort: [0], bodyLong: [0], equal: [1] },
  detect: ({ colour, body, lowerShadow, upperShadow, open }, { bodyLong, shadowVeryShort, equal }) =>
    colour(1) === -colour(0) &&
    isWithin(open(0), open(1), equal(1)) &&
    body(0) > bodyLong(0) &&
    (colour(0) > 0 ? lowerShadow(0) : upperShadow(0)) < shadowVeryShort(0)
      ? 100 * colour(0)
      : 0,
});

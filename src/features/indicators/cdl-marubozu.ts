import { candlePattern } from "../candles/candle-pattern.ts";

/** Marubozu (TA-Lib CDLMARUBOZU), ±100: a long body without shadows. The sign is its colour. */
export default candlePattern({
  name: "cdl-marubozu",
  lookback: 0,
  limits: { bodyLong: [0], shadowVeryShort: [0] },
  detect: ({ colour, body, lowerShadow, upperShadow }, { bodyLong, shadowVeryShort }) =>
    body(0) > bodyLong(0) && upperShadow(0) < shadowVeryShort(0) && lowerShadow(0) < shadowVeryShort(0) ? 100 * colour(0) : 0,
});

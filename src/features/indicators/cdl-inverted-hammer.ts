import { candlePattern } from "../candles/candle-pattern.ts";

/** Inverted hammer (TA-Lib CDLINVERTEDHAMMER), 100: a short body at the bottom of its range, a long upper shadow, gapping down. */
export default candlePattern({
  name: "cdl-inverted-hammer",
  lookback: 1,
  limits: { bodyShort: [0], shadowLong: [0], shadowVeryShort: [0] },
  detect: ({ body, lowerShadow, upperShadow, bodyGapsDown }, { bodyShort, shadowLong, shadowVeryShort }) =>
    body(0) < bodyShort(0) && upperShadow(0) > shadowLong(0) && lowerShadow(0) < shadowVeryShort(0) && bodyGapsDown(0, 1) ? 100 : 0,
});

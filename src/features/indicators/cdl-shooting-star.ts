import { candlePattern } from "../candles/candle-pattern.ts";

/** Shooting star (TA-Lib CDLSHOOTINGSTAR), −100: a short body at the bottom of its range, a long upper shadow, gapping up. */
export default candlePattern({
  name: "cdl-shooting-star",
  lookback: 1,
  limits: { bodyShort: [0], shadowLong: [0], shadowVeryShort: [0] },
  detect: ({ body, lowerShadow, upperShadow, bodyGapsUp }, { bodyShort, shadowLong, shadowVeryShort }) =>
    body(0) < bodyShort(0) && upperShadow(0) > shadowLong(0) && lowerShadow(0) < shadowVeryShort(0) && bodyGapsUp(0, 1) ? -100 : 0,
});

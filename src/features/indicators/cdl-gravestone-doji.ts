import { candlePattern } from "../candles/candle-pattern.ts";

/** Gravestone doji (TA-Lib CDLGRAVESTONEDOJI), 100 of neither direction: a doji at the bottom of its range, with an upper shadow only. */
export default candlePattern({
  name: "cdl-gravestone-doji",
  lookback: 0,
  limits: { bodyDoji: [0], shadowVeryShort: [0] },
  detect: ({ body, lowerShadow, upperShadow }, { bodyDoji, shadowVeryShort }) =>
    body(0) <= bodyDoji(0) && lowerShadow(0) < shadowVeryShort(0) && upperShadow(0) > shadowVeryShort(0) ? 100 : 0,
});

import { candlePattern } from "../candles/candle-pattern.ts";

/** Takuri (TA-Lib CDLTAKURI), 100: a dragonfly doji with a very long lower shadow. */
export default candlePattern({
  name: "cdl-takuri",
  lookback: 0,
  limits: { bodyDoji: [0], shadowVeryShort: [0], shadowVeryLong: [0] },
  detect: ({ body, lowerShadow, upperShadow }, { bodyDoji, shadowVeryShort, shadowVeryLong }) =>
    body(0) <= bodyDoji(0) && upperShadow(0) < shadowVeryShort(0) && lowerShadow(0) > shadowVeryLong(0) ? 100 : 0,
});

import { candlePattern } from "../candles/candle-pattern.ts";

/** Dragonfly doji (TA-Lib CDLDRAGONFLYDOJI), 100: a doji at the top of its range, with a lower shadow only. */
export default candlePattern({
  name: "cdl-dragonfly-doji",
  lookback: 0,
  limits: { bodyDoji: [0], shadowVeryShort: [0] },
  detect: ({ body, lowerShadow, upperShadow }, { bodyDoji, shadowVeryShort }) =>
    body(0) <= bodyDoji(0) && upperShadow(0) < shadowVeryShort(0) && lowerShadow(0) > shadowVeryShort(0) ? 100 : 0,
});

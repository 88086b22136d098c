import { candlePattern } from "../candles/candle-pattern.ts";

/** Long-legged doji (TA-Lib CDLLONGLEGGEDDOJI), 100 of neither direction: a doji with a long shadow. */
export default candlePattern({
  name: "cdl-long-legged-doji",
  lookback: 0,
  limits: { bodyDoji: [0], shadowLong: [0] },
  detect: ({ body, lowerShadow, upperShadow }, { bodyDoji, shadowLong }) =>
    body(0) <= bodyDoji(0) && (lowerShadow(0) > shadowLong(0) || upperShadow(0) > shadowLong(0)) ? 100 : 0,
});

import { candlePattern } from "../candles/candle-pattern.ts";

/** Doji (TA-Lib CDLDOJI), 100 of neither direction: open and close are nearly the same. */
export default candlePattern({
  name: "cdl-doji",
  lookback: 0,
  limits: { bodyDoji: [0] },
  detect: ({ body }, { bodyDoji }) => (body(0) <= bodyDoji(0) ? 100 : 0),
});

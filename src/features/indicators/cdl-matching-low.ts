import { candlePattern } from "../candles/candle-pattern.ts";
import { isWithin } from "../candles/candle-window.ts";

/** Matching low (TA-Lib CDLMATCHINGLOW), 100: two black candles that close at the same price. */
export default candlePattern({
  name: "cdl-matching-low",
  lookback: 1,
  limits: { equal: [1] },
  detect: ({ isBlack, close }, { equal }) => (isBlack(1) && isBlack(0) && isWithin(close(0), close(1), equal(1)) ? 100 : 0),
});

import { candlePattern } from "../candles/candle-pattern.ts";
import { isWithin } from "../candles/candle-window.ts";

/** On-neck (TA-Lib CDLONNECK), −100: after a long black candle a white one that opens below its low and closes at it. */
export default candlePattern({
  name: "cdl-on-neck",
  lookback: 1,
  limits: { bodyLong: [1], equal: [1] },
  detect: ({ isWhite, isBlack, body, open, low, close }, { bodyLong, equal }) =>
    isBlack(1) && body(1) > bodyLong(1) && isWhite(0) && open(0) < low(1) && isWithin(close(0), low(1), equal(1)) ? -100 : 0,
});

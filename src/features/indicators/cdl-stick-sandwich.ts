import { candlePattern } from "../candles/candle-pattern.ts";
import { isWithin } from "../candles/candle-window.ts";

/**
 * Stick sandwich (TA-Lib CDLSTICKSANDWICH), 100: a white candle wholly above the close of the black one before it, and a black one that
 * closes where the first did.
 */
export default candlePattern({
  name: "cdl-stick-sandwich",
  lookback: 2,
  limits: { equal: [2] },
  detect: ({ isWhite, isBlack, low, close }, { equal }) =>
    isBlack(2) && isWhite(1) && isBlack(0) && low(1) > close(2) && isWithin(close(0), close(2), equal(2)) ? 100 : 0,
});

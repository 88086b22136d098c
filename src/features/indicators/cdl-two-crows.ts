import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Two crows (TA-Lib CDL2CROWS), −100: after a long white candle a black one whose body gaps up, then a black one that opens within
 * that body and closes within the white one.
 */
export default candlePattern({
  name: "cdl-two-crows",
  lookback: 2,
  limits: { bodyLong: [2] },
  detect: ({ isWhite, isBlack, body, open, close, bodyGapsUp }, { bodyLong }) =>
    isWhite(2) &&
    body(2) > bodyLong(2) &&
    isBlack(1) &&
    bodyGapsUp(1, 2) &&
    isBlack(0) &&
    open(0) < open(1) &&
    open(0) > close(1) &&
    close(0) > open(2) &&
    close(0) < close(2)
      ? -100
      : 0,
});

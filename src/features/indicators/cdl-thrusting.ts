import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Thrusting (TA-Lib CDLTHRUSTING), −100: after a long black candle a white one that opens below its low and closes within the lower half
 * of its body.
 */
export default candlePattern({
  name: "cdl-thrusting",
  lookback: 1,
  limits: { bodyLong: [1], equal: [1] },
  detect: ({ isWhite, isBlack, body, open, low, close }, { bodyLong, equal }) =>
    isBlack(1) &&
    body(1) > bodyLong(1) &&
    isWhite(0) &&
    open(0) < low(1) &&
    close(0) > close(1) + equal(1) &&
    close(0) <= close(1) + body(1) * 0.5
      ? -100
      : 0,
});

import { candlePattern, penetration } from "../candles/candle-pattern.ts";

/**
 * Dark cloud cover (TA-Lib CDLDARKCLOUDCOVER), −100: after a long white candle a black one that opens above its high and closes by
 * `penetration` of it into its body.
 */
export default candlePattern({
  name: "cdl-dark-cloud-cover",
  params: { penetration: penetration(0.5) },
  lookback: 1,
  limits: { bodyLong: [1] },
  detect: ({ isWhite, isBlack, body, open, high, close }, { bodyLong }, { penetration }) =>
    isWhite(1) &&
    body(1) > bodyLong(1) &&
    isBlack(0) &&
    open(0) > high(1) &&
    close(0) > open(1) &&
    close(0) < close(1) - body(1) * penetration
      ? -100
      : 0,
});

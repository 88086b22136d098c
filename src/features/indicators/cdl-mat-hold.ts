import { candlePattern, penetration } from "../candles/candle-pattern.ts";

/**
 * Mat hold (TA-Lib CDLMATHOLD), 100: a long white candle, a short black one that gaps up, two short ones that fall back by less than
 * `penetration` of the first body, and a white one that opens above the last close and closes above all three highs.
 */
export default candlePattern({
  name: "cdl-mat-hold",
  params: { penetration: penetration(0.5) },
  lookback: 4,
  limits: { bodyLong: [4], bodyShort: [3, 2, 1] },
  detect: ({ isWhite, isBlack, body, top, bottom, open, high, close, bodyGapsUp }, { bodyLong, bodyShort }, { penetration }) =>
    isWhite(4) &&
    isBlack(3) &&
    isWhite(0) &&
    body(4) > bodyLong(4) &&
    body(3) < bodyShort(3) &&
    body(2) < bodyShort(2) &&
    body(1) < bodyShort(1) &&
    bodyGapsUp(3, 4) &&
    bottom(2) < close(4) &&
    bottom(1) < close(4) &&
    bottom(2) > close(4) - body(4) * penetration &&
    bottom(1) > close(4) - body(4) * penetration &&
    top(2) < open(3) &&
    top(1) < top(2) &&
    open(0) > close(1) &&
    close(0) > Math.max(high(3), high(2), high(1))
      ? 100
      : 0,
});

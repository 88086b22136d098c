import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Upside gap two crows (TA-Lib CDLUPSIDEGAP2CROWS), −100: a long white candle, a short black body that gaps up, and a black one that
 * engulfs it and still closes above the white one.
 */
export default candlePattern({
  name: "cdl-upside-gap-two-crows",
  lookback: 2,
  limits: { bodyLong: [2], bodyShort: [1] },
  detect: ({ isWhite, isBlack, body, open, close, bodyGapsUp }, { bodyLong, bodyShort }) =>
    isWhite(2) &&
    body(2) > bodyLong(2) &&
    isBlack(1) &&
    body(1) <= bodyShort(1) &&
    bodyGapsUp(1, 2) &&
    isBlack(0) &&
    open(0) > open(1) &&
    close(0) < close(1) &&
    close(0) > close(2)
      ? -100
      : 0,
});

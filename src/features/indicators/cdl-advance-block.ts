import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Advance block (TA-Lib CDLADVANCEBLOCK), −100: three white candles that close higher and higher, each opening within or near the body
 * before it, the first long with a short upper shadow, and the advance weakening: bodies shrink or upper shadows grow.
 */
export default candlePattern({
  name: "cdl-advance-block",
  lookback: 2,
  limits: { shadowShort: [2, 1, 0], shadowLong: [0], near: [2, 1], far: [2, 1], bodyLong: [2] },
  detect({ isWhite, body, upperShadow, open, close }, { bodyLong, shadowShort, shadowLong, near, far }) {
    const advances =
      isWhite(2) &&
      isWhite(1) &&
      isWhite(0) &&
      close(0) > close(1) &&
      close(1) > close(2) &&
      open(1) > open(2) &&
      open(1) <= close(2) + near(2) &&
      open(0) > open(1) &&
      open(0) <= close(1) + near(1) &&
      body(2) > bodyLong(2) &&
      upperShadow(2) < shadowShort(2);
    if (!advances) return 0;
    const secondFarShorter = body(1) < body(2) - far(2) && body(0) < body(1) + near(1);
    const thirdFarShorter = body(0) < body(1) - far(1);
    const everShorter = body(0) < body(1) && body(1) < body(2) && (upperShadow(0) > shadowShort(0) || upperShadow(1) > shadowShort(1));
    const rejected = body(0) < body(1) && upperShadow(0) > shadowLong(0);
    return secondFarShorter || thirdFarShorter || everShorter || rejected ? -100 : 0;
  },
});

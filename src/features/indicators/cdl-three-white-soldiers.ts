import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Three advancing white soldiers (TA-Lib CDL3WHITESOLDIERS), 100: three white candles that close higher and higher near their highs,
 * each opening within or near the body before it and not far shorter than it, the last not short.
 */
export default candlePattern({
  name: "cdl-three-white-soldiers",
  lookback: 2,
  limits: { shadowVeryShort: [2, 1, 0], near: [2, 1], far: [2, 1], bodyShort: [0] },
  detect: ({ isWhite, body, upperShadow, open, close }, { bodyShort, shadowVeryShort, near, far }) =>
    isWhite(2) &&
    isWhite(1) &&
    isWhite(0) &&
    upperShadow(2) < shadowVeryShort(2) &&
    upperShadow(1) < shadowVeryShort(1) &&
    upperShadow(0) < shadowVeryShort(0) &&
    close(0) > close(1) &&
    close(1) > close(2) &&
    open(1) > open(2) &&
    open(1) <= close(2) + near(2) &&
    open(0) > open(1) &&
    open(0) <= close(1) + near(1) &&
    body(1) > body(2) - far(2) &&
    body(0) > body(1) - far(1) &&
    body(0) > bodyShort(0)
      ? 100
      : 0,
});

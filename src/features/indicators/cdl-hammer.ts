import { candlePattern } from "../candles/candle-pattern.ts";

/** Hammer (TA-Lib CDLHAMMER), 100: a short body at the top of its range, a long lower shadow, at or below the low before it. */
export default candlePattern({
  name: "cdl-hammer",
  lookback: 1,
  limits: { bodyShort: [0], shadowLong: [0], shadowVeryShort: [0], near: [1] },
  detect: ({ body, bottom, lowerShadow, upperShadow, low }, { bodyShort, shadowLong, shadowVeryShort, near }) =>
    body(0) < bodyShort(0) && lowerShadow(0) > shadowLong(0) && upperShadow(0) < shadowVeryShort(0) && bottom(0) <= low(1) + near(1)
      ? 100
      : 0,
});

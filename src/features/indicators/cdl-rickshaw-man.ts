import { candlePattern } from "../candles/candle-pattern.ts";

/** Rickshaw man (TA-Lib CDLRICKSHAWMAN), 100 of neither direction: a doji near the middle between two long shadows. */
export default candlePattern({
  name: "cdl-rickshaw-man",
  lookback: 0,
  limits: { bodyDoji: [0], shadowLong: [0], near: [0] },
  detect: ({ body, top, bottom, lowerShadow, upperShadow, low, range }, { bodyDoji, shadowLong, near }) =>
    body(0) <= bodyDoji(0) &&
    lowerShadow(0) > shadowLong(0) &&
    upperShadow(0) > shadowLong(0) &&
    bottom(0) <= low(0) + range(0) / 2 + near(0) &&
    top(0) >= low(0) + range(0) / 2 - near(0)
      ? 100
      : 0,
});

import { candlePattern } from "../candles/candle-pattern.ts";

/** High-wave candle (TA-Lib CDLHIGHWAVE), ±100: a short body between two very long shadows. The sign is its colour. */
export default candlePattern({
  name: "cdl-high-wave",
  lookback: 0,
  limits: { bodyShort: [0], shadowVeryLong: [0] },
  detect: ({ colour, body, lowerShadow, upperShadow }, { bodyShort, shadowVeryLong }) =>
    body(0) < bodyShort(0) && upperShadow(0) > shadowVeryLong(0) && lowerShadow(0) > shadowVeryLong(0) ? 100 * colour(0) : 0,
});

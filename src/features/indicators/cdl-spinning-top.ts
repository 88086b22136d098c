import { candlePattern } from "../candles/candle-pattern.ts";

/** Spinning top (TA-Lib CDLSPINNINGTOP), ±100: a short body between two shadows longer than it. The sign is its colour. */
export default candlePattern({
  name: "cdl-spinning-top",
  lookback: 0,
  limits: { bodyShort: [0] },
  detect: ({ colour, body, lowerShadow, upperShadow }, { bodyShort }) =>
    body(0) < bodyShort(0) && upperShadow(0) > body(0) && lowerShadow(0) > body(0) ? 100 * colour(0) : 0,
});

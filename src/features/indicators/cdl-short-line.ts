import { candlePattern } from "../candles/candle-pattern.ts";

/** Short line (TA-Lib CDLSHORTLINE), ±100: a short body between short shadows. The sign is its colour. */
export default candlePattern({
  name: "cdl-short-line",
  lookback: 0,
  limits: { bodyShort: [0], shadowShort: [0] },
  detect: ({ colour, body, lowerShadow, upperShadow }, { bodyShort, shadowShort }) =>
    body(0) < bodyShort(0) && upperShadow(0) < shadowShort(0) && lowerShadow(0) < shadowShort(0) ? 100 * colour(0) : 0,
});

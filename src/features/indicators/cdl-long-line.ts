import { candlePattern } from "../candles/candle-pattern.ts";

/** Long line (TA-Lib CDLLONGLINE), ±100: a long body between short shadows. The sign is its colour. */
export default candlePattern({
  name: "cdl-long-line",
  lookback: 0,
  limits: { bodyLong: [0], shadowShort: [0] },
  detect: ({ colour, body, lowerShadow, upperShadow }, { bodyLong, shadowShort }) =>
    body(0) > bodyLong(0) && upperShadow(0) < shadowShort(0) && lowerShadow(0) < shadowShort(0) ? 100 * colour(0) : 0,
});

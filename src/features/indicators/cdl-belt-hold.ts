import { candlePattern } from "../candles/candle-pattern.ts";

/** Belt hold (TA-Lib CDLBELTHOLD), ±100: a long body without a shadow at its open. The sign is its colour. */
export default candlePattern({
  name: "cdl-belt-hold",
  lookback: 0,
  limits: { bodyLong: [0], shadowVeryShort: [0] },
  detect: ({ colour, body, lowerShadow, upperShadow }, { bodyLong, shadowVeryShort }) =>
    body(0) > bodyLong(0) && (colour(0) > 0 ? lowerShadow(0) : upperShadow(0)) < shadowVeryShort(0) ? 100 * colour(0) : 0,
});

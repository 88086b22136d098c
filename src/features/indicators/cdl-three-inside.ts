import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Three inside up or down (TA-Lib CDL3INSIDE), ±100: a long body, a short one within it, then a candle of the other colour that closes
 * beyond the open of the first. The sign is that of the last candle.
 */
export default candlePattern({
  name: "cdl-three-inside",
  lookback: 2,
  limits: { bodyLong: [2], bodyShort: [1] },
  detect: ({ body, top, bottom, colour, open, close }, { bodyLong, bodyShort }) =>
    body(2) > bodyLong(2) &&
    body(1) <= bodyShort(1) &&
    top(1) < top(2) &&
    bottom(1) > bottom(2) &&
    colour(0) === -colour(2) &&
    (colour(0) > 0 ? close(0) > open(2) : close(0) < open(2))
      ? 100 * colour(0)
      : 0,
});

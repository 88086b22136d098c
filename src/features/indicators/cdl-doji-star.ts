import { candlePattern } from "../candles/candle-pattern.ts";

/** Doji star (TA-Lib CDLDOJISTAR), ±100: a doji that gaps away from a long body in its direction. The sign is against it. */
export default candlePattern({
  name: "cdl-doji-star",
  lookback: 1,
  limits: { bodyLong: [1], bodyDoji: [0] },
  detect: ({ colour, body, bodyGapsUp, bodyGapsDown }, { bodyLong, bodyDoji }) =>
    body(1) > bodyLong(1) && body(0) <= bodyDoji(0) && (colour(1) > 0 ? bodyGapsUp(0, 1) : bodyGapsDown(0, 1)) ? -100 * colour(1) : 0,
});

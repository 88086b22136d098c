import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Tasuki gap (TA-Lib CDLTASUKIGAP), ±100: a body that gaps away in its direction, and one of the other colour and nearly its size that opens
 * within it and closes within the gap. The sign is that of the gap.
 */
export default candlePattern({
  name: "cdl-tasuki-gap",
  lookback: 2,
  limits: { near: [1] },
  detect: ({ colour, body, top, bottom, open, close, bodyGapsUp, bodyGapsDown }, { near }) =>
    colour(1) === -colour(0) &&
    open(0) < top(1) &&
    open(0) > bottom(1) &&
    Math.abs(body(1) - body(0)) < near(1) &&
    (colour(1) > 0
      ? bodyGapsUp(1, 2) && close(0) < open(1) && close(0) > top(2)
      : bodyGapsDown(1, 2) && close(0) > open(1) && close(0) < bottom(2))
      ? 100 * colour(1)
      : 0,
});

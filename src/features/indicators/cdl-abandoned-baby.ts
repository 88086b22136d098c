import { candlePattern, penetration } from "../candles/candle-pattern.ts";

/**
 * Abandoned baby (TA-Lib CDLABANDONEDBABY), ±100: a long candle, a doji that gaps away with shadows and all, and a candle of the other
 * colour, not short, that gaps back and closes by `penetration` of it into the first body. The sign is that of the last.
 */
export default candlePattern({
  name: "cdl-abandoned-baby",
  params: { penetration: penetration(0.3) },
  lookback: 2,
  limits: { bodyLong: [2], bodyDoji: [1], bodyShort: [0] },
  detect: ({ colour, body, close, gapsUp, gapsDown }, { bodyLong, bodyDoji, bodyShort }, { penetration }) =>
    body(2) > bodyLong(2) &&
    body(1) <= bodyDoji(1) &&
    body(0) > bodyShort(0) &&
    colour(0) === -colour(2) &&
    (colour(2) > 0
      ? close(0) < close(2) - body(2) * penetration && gapsUp(1, 2) && gapsDown(0, 1)
      : close(0) > close(2) + body(2) * penetration && gapsDown(1, 2) && gapsUp(0, 1))
      ? 100 * colour(0)
      : 0,
});

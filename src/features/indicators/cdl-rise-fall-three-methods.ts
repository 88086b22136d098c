import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Rising or falling three methods (TA-Lib CDLRISEFALL3METHODS), ±100: a long candle, three short ones of the other colour that move
 * against it within its range, and a long one of its colour that closes beyond it. The sign is that colour.
 */
export default candlePattern({
  name: "cdl-rise-fall-three-methods",
  lookback: 4,
  limits: { bodyLong: [4, 0], bodyShort: [3, 2, 1] },
  detect: ({ colour, body, top, bottom, open, high, low, close }, { bodyLong, bodyShort }) =>
    body(4) > bodyLong(4) &&
    body(3) < bodyShort(3) &&
    body(2) < bodyShort(2) &&
    body(1) < bodyShort(1) &&
    body(0) > bodyLong(0) &&
    colour(4) === -colour(3) &&
    colour(3) === colour(2) &&
    colour(2) === colour(1) &&
    colour(1) === -colour(0) &&
    bottom(3) < high(4) &&
    top(3) > low(4) &&
    bottom(2) < high(4) &&
    top(2) > low(4) &&
    bottom(1) < high(4) &&
    top(1) > low(4) &&
    (colour(4) > 0
      ? close(2) < close(3) && close(1) < close(2) && open(0) > close(1) && close(0) > close(4)
      : close(2) > close(3) && close(1) > close(2) && open(0) < close(1) && close(0) < close(4))
      ? 100 * colour(4)
      : 0,
});

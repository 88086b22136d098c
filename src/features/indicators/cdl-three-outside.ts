import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Three outside up or down (TA-Lib CDL3OUTSIDE), ±100: a body that engulfs the one before it, of the other colour, then a close farther
 * in its direction.
 */
export default candlePattern({
  name: "cdl-three-outside",
  lookback: 3,
  detect: ({ colour, open, close }) =>
    colour(1) === -colour(2) &&
    (colour(1) > 0
      ? close(1) > open(2) && open(1) < close(2) && close(0) > close(1)
      : open(1) > close(2) && close(1) < open(2) && close(0) < close(1))
      ? 100 * colour(1)
      : 0,
});

import { candlePattern } from "../candles/candle-pattern.ts";

/**
 * Three-line strike (TA-Lib CDL3LINESTRIKE), ±100: three candles of one colour that close farther and farther, each opening within or
 * near the body before it, and a fourth that takes them all back. The sign is the colour of the three.
 */
export default candlePattern({
  name: "cdl-three-line-strike",
  lookback: 3,
  limits: { near: [3, 2] },
  detect: ({ colour, top, bottom, open, close }, { near }) =>
    colour(3) === colour(2) &&
    colour(2) === colour(1) &&
    colour(0) === -colour(1) &&
    open(2) >= bottom(3) - near(3) &&
    open(2) <= top(3) + near(3) &&
    open(1) >= bottom(2) - near(2) &&
    open(1) <= top(2) + near(2) &&
    (colour(1) > 0
      ? close(1) > close(2) && close(2) > close(3) && open(0) > close(1) && close(0) < open(3)
      : close(1) < close(2) && close(2) < close(3) && open(0) < close(1) && close(0) > open(3))
      ? 100 * colour(1)
      : 0,
});

import { candlePattern } from "../candles/candle-pattern.ts";
import { isWithin } from "../candles/candle-window.ts";

/**
 * Up- or down-gap side-by-side white lines (TA-Lib CDLGAPSIDESIDEWHITE), ±100: two white bodies of the same size and the same open that
 * both gap away from the body before them. The sign is the direction of the gap.
 */
export default candlePattern({
  name: "cdl-gap-side-by-side-white-lines",
  lookback: 2,
  limits: { near: [1], equal: [1] },
  detect: ({ isWhite, body, open, bodyGapsUp, bodyGapsDown }, { near, equal }) =>
    ((bodyGapsUp(1, 2) && bodyGapsUp(0, 2)) || (bodyGapsDown(1, 2) && bodyGapsDown(0, 2))) &&
    isWhite(1) &&
    isWhite(0) &&
    isWithin(body(0), body(1), near(1)) &&
    isWithin(open(0), open(1), equal(1))
      ? bodyGapsUp(1, 2)
        ? 100
        : -100
      : 0,
});

import { candlePattern } from "../candles/candle-pattern.ts";

/** Tristar (TA-Lib CDLTRISTAR), ±100: three dojis, the second gapping away and the third not beyond it. The sign is against the gap. */
export default candlePattern({
  name: "cdl-tristar",
  lookback: 2,
  limits: { bodyDoji: [2] },
  detect({ body, top, bottom, bodyGapsUp, bodyGapsDown }, { bodyDoji }) {
    const doji = bodyDoji(2);
    if (!(body(2) <= doji && body(1) <= doji && body(0) <= doji)) return 0;
    if (bodyGapsUp(1, 2) && top(0) < top(1)) return -100;
    return bodyGapsDown(1, 2) && bottom(0) > bottom(1) ? 100 : 0;
  },
});

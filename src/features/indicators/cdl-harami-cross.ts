import { candlePattern } from "../candles/candle-pattern.ts";
import { harami } from "../candles/harami.ts";

/**
 * Harami cross (TA-Lib CDLHARAMICROSS), ±100: a doji within the long body before it; ±80 where it meets an end of it. The sign is
 * against the colour of the long one.
 */
export default candlePattern({
  name: "cdl-harami-cross",
  lookback: 1,
  limits: { bodyLong: [1], bodyDoji: [0] },
  detect: (candles, { bodyLong, bodyDoji }) => harami(candles, bodyLong(1), bodyDoji(0)),
});

import { candlePattern } from "../candles/candle-pattern.ts";
import { harami } from "../candles/harami.ts";

/**
 * Harami (TA-Lib CDLHARAMI), ±100: a short body within the long one before it; ±80 where they meet at an end. The sign is against the
 * colour of the long one.
 */
export default candlePattern({
  name: "cdl-harami",
  lookback: 1,
  limits: { bodyLong: [1], bodyShort: [0] },
  detect: (candles, { bodyLong, bodyShort }) => harami(candles, bodyLong(1), bodyShort(0)),
});

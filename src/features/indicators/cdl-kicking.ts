import { candlePattern } from "../candles/candle-pattern.ts";
import { isKicking, kickingLimits } from "../candles/kicking.ts";

/** Kicking (TA-Lib CDLKICKING), ±100: a marubozu, then one of the other colour that gaps away from it. The sign is that of the second. */
export default candlePattern({
  name: "cdl-kicking",
  lookback: 1,
  limits: kickingLimits,
  detect: (candles, limits) => (isKicking(candles, limits) ? 100 * candles.colour(0) : 0),
});
